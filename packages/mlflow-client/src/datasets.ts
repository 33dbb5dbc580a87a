import { InputError } from '@glyphlab/core';
import { type WireDatasetInput, fromWireTags, toWireTags } from './api/wire.ts';
import { checkTags, limits } from './limits.ts';

/** The tag that says what a dataset was for. */
const CONTEXT_TAG = 'mlflow.data.context';

/**
 * A dataset as a run used it. Within a run MLflow tells datasets apart by name and digest alone: of two that have both in common
 * it keeps the first, context included. So give each split a digest of its own.
 */
export interface DatasetInput {
  name: string;
  /** At most 36 characters. */
  digest: string;
  /** As `training`, `validation`, `test`. */
  context: string | undefined;
  /** As `local`, `http`, `code`. */
  sourceType: string;
  /** JSON, as MLflow's sources write it. */
  source: string;
  /** JSON of an MLflow schema. */
  schema?: string;
  /** JSON: sizes and the like. */
  profile?: string;
  tags?: Readonly<Record<string, string>>;
}

export function toWireDatasetInput(input: DatasetInput): WireDatasetInput {
  const { name, digest, context, sourceType, source, schema, profile, tags = {} } = input;
  if (digest.length > limits.digestLength || digest === '') {
    throw new InputError(
      'MLFLOW_BAD_DIGEST',
      `The digest of dataset "${name}" has ${digest.length} characters; MLflow takes 1 to ${limits.digestLength}.`,
    );
  }
  checkTags(tags);
  return {
    dataset: { name, digest, source_type: sourceType, source, ...(schema && { schema }), ...(profile && { profile }) },
    tags: toWireTags({ ...tags, ...(context !== undefined && { [CONTEXT_TAG]: context }) }),
  };
}

export function toDatasetInput({ dataset, tags }: WireDatasetInput): DatasetInput {
  const { [CONTEXT_TAG]: context, ...others } = fromWireTags(tags);
  return {
    name: dataset.name,
    digest: dataset.digest,
    context,
    sourceType: dataset.source_type,
    source: dataset.source,
    ...(dataset.schema && { schema: dataset.schema }),
    ...(dataset.profile && { profile: dataset.profile }),
    tags: others,
  };
}
