import { progressPrinter } from '@glyphlab/core';

/** Progress and messages of this process, for a person: on standard error. */
export const terminal = progressPrinter();
