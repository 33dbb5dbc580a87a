import { type OnMessage, progressPrinter } from '@glyphlab/core';
import { advice } from './advice.ts';

const printer = progressPrinter();

const onMessage: OnMessage = (text, code) =>
  printer.onMessage([text, code !== undefined && advice(code)].filter(Boolean).join('\n'));

/** Progress and messages of this process, for a person: on standard error, with the command that helps. */
export const terminal = { ...printer, onMessage };
