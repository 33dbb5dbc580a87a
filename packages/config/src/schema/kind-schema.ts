import { monitorMark } from '@glyphlab/core/monitor-options';
import { z } from 'zod';
import type { ListedKind } from '../kinds.ts';
import { type Monitors, monitorSchema, withMode } from './monitor.ts';

/** Options of something registered: which one, and what its own schema allows (already checked, defaults filled in). */
export interface TypedOptions {
  type: string;
  [option: string]: unknown;
}

/** The options of a kind, where the metrics that they may watch are known. */
export function optionsSchema({ options }: ListedKind, monitors: Monitors, head: z.core.$ZodShape = {}): z.ZodType {
  const added = Object.keys(head).filter((key) => !(key in options.shape));
  const shape = Object.fromEntries(
    Object.entries(options.shape).map(([key, schema]) => {
      const mark = monitorMark.get(schema as z.ZodType);
      return [key, mark ? monitorSchema(monitors, mark.default) : schema];
    }),
  );
  let schema: z.ZodType = z.strictObject({ ...head, ...shape });
  if (options._zod.def.checks?.length)
    schema = schema.superRefine((value, context) => recheck(options, added, value, context));
  const watches = Object.values(options.shape).some((schema) => monitorMark.has(schema as z.ZodType));
  if (watches) schema = schema.transform(withMode(monitors) as (value: unknown) => unknown);
  return options.description === undefined ? schema : schema.describe(options.description);
}

/** What a kind checks of its options as a whole: its shape alone says nothing of that. */
function recheck(options: z.ZodObject, added: readonly string[], value: unknown, context: z.RefinementCtx): void {
  const own = Object.fromEntries(Object.entries(value as TypedOptions).filter(([key]) => !added.includes(key)));
  for (const { message, path } of options.safeParse(own).error?.issues ?? [])
    context.addIssue({ code: 'custom', message, path: [...path] });
}

/**
 * One of these kinds with its options; where no `type` is given, the first, if that is the default.
 *
 * @param shared options that all of them have beside their own
 */
export function typedUnion(
  kinds: readonly ListedKind[],
  monitors: Monitors,
  { firstIsDefault = false, shared = {} }: { firstIsDefault?: boolean; shared?: z.core.$ZodShape } = {},
): z.ZodType<TypedOptions> {
  const options = kinds.map((kind, k) => {
    const type = z.literal(kind.type);
    return optionsSchema(kind, monitors, {
      type: firstIsDefault && k === 0 ? type.default(kind.type) : type,
      ...shared,
    });
  });
  return z.discriminatedUnion('type', options as never) as unknown as z.ZodType<TypedOptions>;
}
