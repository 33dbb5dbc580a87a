import type { MetricKind } from '@glyphlab/core';
import type { z } from 'zod';

/** Keeps the types of the options; nothing else. */
export const defineMetric = <Options extends z.ZodObject>(kind: MetricKind<Options>): MetricKind<Options> => kind;
