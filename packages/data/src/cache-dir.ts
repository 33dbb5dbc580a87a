import { userCacheDir } from '@glyphlab/core';
import { join } from 'node:path';

/** Where datasets are kept if nothing else is said. */
export const datasetCacheDir = (env: NodeJS.ProcessEnv): string => join(userCacheDir(env), 'datasets');
