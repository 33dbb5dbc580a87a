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

const typeSchema = ({ shape }: Definition) => shape?.['type'];

/** The only value that a mapping allows for `type`. */
export const typeName = (object: Definition): unknown => {
  const type = typeSchema(object);
  return type && definition(unwrap(type)).values?.[0];
};

/** Whether a mapping without `type` is this one. */
function isDefault(object: Definition): boolean {
  const schema = typeSchema(object);
  return schema !== undefined && definition(schema).type === 'default';
}

/** The mapping that a `type` chooses; where there is none, the one that is the default, or the only one. */
export function choose(objects: readonly Definition[], type: unknown): Definition | undefined {
  const chosen = type === undefined ? objects.find(isDefault) : objects.find((object) => typeName(object) === type);
  return chosen ?? (objects.length === 1 ? objects[0] : undefined);
}

function childOf(schema: z.core.$ZodType, value: unknown, key: PropertyKey): z.core.$ZodType | undefined {
  const def = definition(unwrap(schema));
  if (def.element) return def.element;
  if (def.items) return def.items[Number(key)];
  if (def.valueType) return def.valueType;
  return choose(objects(schema), (value as { type?: unknown } | null | undefined)?.type)?.shape?.[String(key)];
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

/** The `type` of the mapping at `path` where none is written, or undefined if it has none or must be told. */
export function defaultTypeAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): unknown {
  const object = objectsAt(schema, undefined, path).find(isDefault);
  return object && typeName(object);
}

/** Every path of keys that the schema knows, as `training.optimizer.learningRate`; those within lists are left out. */
export function knownPaths(schema: z.core.$ZodType): string[] {
  const paths = objects(schema).flatMap(({ shape }) =>
    Object.entries(shape!).flatMap(([key, child]) => [key, ...knownPaths(child).map((path) => `${key}.${path}`)]),
  );
  return [...new Set(paths)];
}

/** What other tools call our keys. */
const SHORT_NAMES = new Map([
  ['lr', 'learningRate'],
  ['bs', 'batchSize'],
  ['batch', 'batchSize'],
  ['wd', 'weightDecay'],
]);

/** The key that is meant by a short name such as `lr`. */
export const spelledOut = (key: string): string => SHORT_NAMES.get(key) ?? key;
