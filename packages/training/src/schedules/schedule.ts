import type { Kind } from '@glyphlab/core';
import type { z } from 'zod';
import type { Callback } from '../callbacks/callback.ts';

/** How the learning rate changes: a callback that is asked before each step. */
export interface Schedule extends Callback {
  /** @param progress epochs done, with the fraction of the running one: 0 at the start */
  lrAt(progress: number): number;
}

export interface ScheduleContext {
  /** Of the optimizer. */
  learningRate: number;
  /** Length of the whole training. */
  epochs: number;
}

/** A kind of schedule, as configurations name it in `training.schedule: { type }`. */
export type ScheduleKind<Options extends z.ZodObject = z.ZodObject> = Kind<Schedule, ScheduleContext, Options>;

/** Keeps the types of the options; nothing else. */
export const defineSchedule = <Options extends z.ZodObject>(kind: ScheduleKind<Options>): ScheduleKind<Options> => kind;
