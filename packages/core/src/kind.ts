import type { z } from 'zod';

/** A function of options and context; a method, so that kinds with options of their own fit into one list. */
export type Make<Options extends z.ZodObject, Context, Made> = {
  make(options: z.output<Options>, context: Context): Made;
}['make'];

/**
 * Something that a configuration names by its `type`: a dataset, model, augmentation, loss, optimizer, schedule, metric or
 * callback. Whoever only reads configurations needs nothing but its options; what computes is imported by `load`.
 */
export interface Kind<Made = unknown, Context = void, Options extends z.ZodObject = z.ZodObject> {
  /** Its name in `type:`. */
  type: string;
  /** What may stand beside `type`. Every option describes itself, with its default and the reason for it. */
  options: Options;
  /** Imports what it takes, TensorFlow too, and gives the function that makes one. */
  load(): Promise<Make<Options, Context, Made>>;
}

/** Whether lower (`min`) or higher (`max`) is better. */
export type MonitorMode = 'min' | 'max';

/** Which metric is watched, and which way it is better. */
export interface Monitor {
  /** As `val/loss`. */
  monitor: string;
  mode: MonitorMode;
}
