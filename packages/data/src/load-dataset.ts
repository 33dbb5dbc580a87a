import { ConfigError, nearest, type OnProgress } from '@glyphlab/core';
import type { z } from 'zod';
import { datasetCacheDir } from './cache-file.ts';
import type { Dataset } from './dataset.ts';
import { loadIdxDataset, type IdxOptions } from './official/idx-dataset.ts';
import { loadImageFolder } from './image-folder/load.ts';
import { loadMnist10k } from './official/mnist-10k.ts';
import { officialDatasets } from './official/published.ts';
import { datasetSchemas, type DatasetType } from './options.ts';
import { makeSynthetic } from './synthetic/synthetic.ts';

/** Options of a dataset as the configuration gives them: `type` and what its schema in `datasetSchemas` allows. */
export interface DatasetOptions {
  type: string;
  [option: string]: unknown;
}

export interface LoadContext {
  /** Decides what is held out (not of `mnist-10k`, whose parts are fixed) and the synthetic images. */
  seed: number;
  /** Environment: GLYPHLAB_DATA_DIR, GLYPHLAB_CACHE_DIR and the proxy variables are read. Default: the process's. */
  env?: NodeJS.ProcessEnv | undefined;
  /** Default: `datasets` in the user's cache directory. */
  cacheDir?: string | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** Checks options against the schema of their type; what is missing takes its default. */
function parseOptions<T extends DatasetType>(
  type: T,
  options: Record<string, unknown>,
): z.infer<(typeof datasetSchemas)[T]> {
  const result = datasetSchemas[type].safeParse(options);
  if (result.success) return result.data as z.infer<(typeof datasetSchemas)[T]>;
  const problems = result.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw new ConfigError('CONFIG_INVALID_VALUE', problems.join('\n'), { where: `dataset ${type}` });
}

/**
 * Loads a dataset: from the data directory, else the cache, else downloaded.
 *
 * @throws DataError if a file is missing, damaged or cannot be had; ConfigError if the options are wrong
 */
export async function loadDataset({ type, ...options }: DatasetOptions, context: LoadContext): Promise<Dataset> {
  const { seed, env = process.env, cacheDir = datasetCacheDir(env), onProgress, signal } = context;
  signal?.throwIfAborted();
  if (type === 'synthetic') return makeSynthetic(parseOptions(type, options), seed);
  if (type === 'mnist-10k') return loadMnist10k(parseOptions(type, options), cacheDir);
  const obtain = { seed, env, cacheDir, onProgress, signal };
  if (type === 'image-folder') return loadImageFolder(parseOptions(type, options), obtain);
  const official = officialDatasets[type];
  if (official) return loadIdxDataset(official, parseOptions(type as DatasetType, options) as IdxOptions, obtain);
  const known = Object.keys(datasetSchemas);
  const similar = nearest(type, known);
  throw new ConfigError('CONFIG_UNKNOWN_TYPE', `There is no dataset of type "${type}". Known: ${known.join(', ')}.`, {
    ...(similar && { hint: `Did you mean "${similar}"?` }),
  });
}
