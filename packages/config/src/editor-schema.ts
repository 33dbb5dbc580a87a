import { z } from 'zod';
import type { Registry } from './kinds.ts';
import { augmentationWords } from './presets.ts';
import { createExperimentSchema } from './schema/experiment.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The same schema with nothing required, and null allowed wherever a key can be deleted. */
function partial(schema: JsonSchema): JsonSchema {
  const { required: _required, ...rest } = schema;
  return {
    ...rest,
    ...(rest.properties && {
      properties: mapValues(rest.properties, (child) => deletable(partial(child as JsonSchema))),
    }),
    ...(rest.anyOf && { anyOf: rest.anyOf.map(partial) }),
    ...(rest.oneOf && { anyOf: rest.oneOf.map(partial), oneOf: undefined }),
    ...(rest.items && !Array.isArray(rest.items) && { items: partial(rest.items as JsonSchema) }),
  };
}

const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

function deletable(schema: JsonSchema): JsonSchema {
  if (schema.const !== undefined) return schema;
  if (schema.anyOf) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  const nullable = { ...schema, type: [schema.type, 'null'] as unknown as NonNullable<JsonSchema['type']> };
  return schema.enum ? { ...nullable, enum: [...schema.enum, null] } : nullable;
}

/** Adds what the loader moves to its place before anything is checked. */
function withShortForms(schema: JsonSchema, registry: Registry): JsonSchema {
  const { augmentation, training, ...others } = schema.properties as Record<string, JsonSchema>;
  const { description, ...list } = augmentation!;
  const losses = (training!.properties!['loss'] as JsonSchema).anyOf as JsonSchema[];
  const classWeights = losses.find((loss) => loss.properties?.['classWeights'])?.properties?.['classWeights'];
  return {
    ...schema,
    properties: {
      ...others,
      augmentation: { ...(description && { description }), anyOf: [list, { enum: augmentationWords(registry) }] },
      training: { ...training, properties: { ...training!.properties, ...(classWeights && { classWeights }) } },
    },
  };
}

/**
 * JSON Schema (draft 7) by which editors complete and check `configs/*.yaml`. A file states only what differs from what it
 * extends, so nothing is required; whether the whole is complete, `loadExperiment` checks.
 */
export function experimentJsonSchema(registry: Registry): JsonSchema {
  const schema = withShortForms(
    partial(z.toJSONSchema(createExperimentSchema(registry), { io: 'input', target: 'draft-7' })),
    registry,
  );
  const file = {
    type: 'string',
    description: 'Configuration file that this one builds on, relative to this file.',
  } as const;
  return {
    ...schema,
    title: 'Glyphlab experiment',
    properties: {
      extends: {
        description: 'File that this one builds on, or a list of them; later ones win. Relative to this file.',
        anyOf: [file, { type: 'array', items: file, minItems: 1 }],
      },
      ...schema.properties,
    },
  };
}
