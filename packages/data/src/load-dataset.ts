import { ConfigError, nearest } from '@glyphlab/core';
import type { Dataset } from './dataset.ts';
import type { DatasetKind, LoadContext } from './dataset-kind.ts';
import { datasets } from './kinds.ts';

/** Options of a dataset as the configuration gives them: `type` and what its kind's schema allows. */
export interface DatasetOptions {
  type: string;
  [option: string]: unknown;
}

/**
 * Loads a dataset: from the data directory, else the cache, else downloaded.
 *
 * @throws DataError if a file is missing, damaged or cannot be had; ConfigError if the options are wrong
 */
export async function loadDataset(
  { type, ...options }: DatasetOptions,
  context: LoadContext,
  kinds: readonly DatasetKind[] = datasets,
): Promise<Dataset> {
  context.signal?.throwIfAborted();
  const kind = kinds.find((known) => known.type === type);
  if (!kind) throw unknownType(type, kinds);
  const parsed = kind.options.safeParse(options);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      [path.join('.'), message].filter(Boolean).join(': '),
    );
    throw new ConfigError('CONFIG_INVALID_VALUE', problems.join('\n'), { where: `dataset ${type}` });
  }
  return (await kind.load())(parsed.data, context);
}

function unknownType(type: string, kinds: readonly DatasetKind[]): ConfigError {
  const known = kinds.map((kind) => kind.type);
  const similar = nearest(type, known);
  return new ConfigError('CONFIG_UNKNOWN_TYPE', `There is no dataset of type "${type}". Known: ${known.join(', ')}.`, {
    ...(similar && { hint: `Did you mean "${similar}"?` }),
  });
}
