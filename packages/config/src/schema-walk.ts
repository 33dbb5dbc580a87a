import type { z } from 'zod';

/** What the walk needs of a zod schema's definition. */
interface Definition {
  type: string;
  shape?: Record<string, z.core.$ZodType>;
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
  items?: z.core.$ZodType[];
  options?: z.core.$ZodType[];
  values?: unknown[];
}

const definition = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** The schema under `optional`, `default`, `prefault` and `transform`. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType, in: input } = definition(schema);
  const inner = innerType ?? input;
  return inner ? unwrap(inner) : schema;
}

/** The mappings that may stand where this schema does: one, or those of a union. */
function objects(schema: z.core.$ZodType): Definition[] {
  const def = definition(unwrap(schema));
  if (def.options) return def.options.flatMap(objects);
  return def.shape ? [def] : [];
}

/** The only value that an object allows for `type`. */
export const typeName = ({ shape }: Definition): unknown => shape?.['type'] && definition(shape['type']).values?.[0];

function childOf(schema: z.core.$ZodType, value: unknown, key: PropertyKey): z.core.$ZodType | undefined {
  const def = definition(unwrap(schema));
  if (def.element) return def.element;
  if (def.items) return def.items[Number(key)];
  if (def.valueType) return def.valueType;
  const candidates = objects(schema);
  const chosen = candidates.find((object) => typeName(object) === (value as { type?: unknown } | null)?.type);
  return (chosen ?? candidates[0])?.shape?.[String(key)];
}

/**
 * The mappings that the schema allows at `path`: several where a `type` decides between them.
 *
 * @param value the whole configuration, whose `type`s lead the way
 */
export function objectsAt(schema: z.core.$ZodType, value: unknown, path: readonly PropertyKey[]): Definition[] {
  let here: z.core.$ZodType | undefined = schema;
  for (const key of path) {
    here = here && childOf(here, value, key);
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  }
  return here ? objects(here) : [];
}
