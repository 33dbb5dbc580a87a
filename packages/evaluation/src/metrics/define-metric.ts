import type { MetricKind } from '@glyphlab/core';
import type { z } from 'zod';

/** Keeps the types of the options; nothing else. In a file of its own, so that metrics in folders of their own are in no circle. */
export const defineMetric = <Options extends z.ZodObject>(kind: MetricKind<Options>): MetricKind<Options> => kind;
