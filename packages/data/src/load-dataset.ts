import type { OnProgress } from '@glyphlab/core';
import type { Dataset } from './dataset.ts';

/** Options of a dataset as the configuration gives them: `type` and what its schema in `datasetSchemas` allows. */
export interface DatasetOptions {
  type: string;
  [option: string]: unknown;
}

export interface LoadContext {
  /** Decides the validation split. */
  seed: number;
  /** Environment: GLYPHLAB_DATA_DIR, GLYPHLAB_CACHE_DIR and the proxy variables are read. Default: the process's. */
  env?: NodeJS.ProcessEnv;
  /** Default: `datasets` in the user's cache directory. */
  cacheDir?: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * Loads a dataset: from the data directory, else the cache, else downloaded.
 *
 * @throws DataError if a file is missing, damaged or cannot be had; ConfigError if the options are wrong
 */
export async function loadDataset(options: DatasetOptions, context: LoadContext): Promise<Dataset> {
  throw new Error(`not built yet: ${options.type} ${context.seed}`);
}
