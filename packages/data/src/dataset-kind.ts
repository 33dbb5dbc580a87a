import { join } from 'node:path';
import { type Kind, type OnProgress, userCacheDir } from '@glyphlab/core';
import type { Preparation } from '@glyphlab/pictures';
import type { z } from 'zod';
import type { Dataset } from './dataset.ts';

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

/**
 * A dataset that a configuration names, and what others ask of it without loading it.
 *
 * What `load` gives throws a DataError if a file is missing, damaged or cannot be had.
 */
export interface DatasetKind<Options extends z.ZodObject = z.ZodObject> extends Kind<
  Promise<Dataset>,
  LoadContext,
  Options
> {
  /** How a person's picture is prepared for a model that has learnt from it: as its own images were. */
  pictures: Preparation;
  /** What `augmentation: auto` stands for. Default `photo`. */
  augmentation?: 'photo' | 'handwriting';
  /** Type of the dataset whose images stand for it where examples are enough. Default: its own. */
  samples?: string;
}

/** Gives a dataset back as it is; its options keep their type. */
export const defineDataset = <Options extends z.ZodObject>(kind: DatasetKind<Options>): DatasetKind<Options> => kind;

/** Where datasets are kept if nothing else is said. */
export const datasetCacheDir = (env: NodeJS.ProcessEnv): string => join(userCacheDir(env), 'datasets');
