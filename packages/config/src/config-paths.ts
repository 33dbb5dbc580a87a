import { nearest } from '@glyphlab/core';
import type { Registry } from './kinds.ts';
import { createExperimentSchema } from './schema/experiment.ts';
import { knownPaths, spelledOut } from './schema-walk.ts';

/**
 * Paths of a configuration that a word most likely means: those that end in it, else those that end in the nearest word.
 *
 * @param word as `epochs`, `learning-rate` or `training.epochs`
 */
export function configPaths(word: string, registry: Registry): string[] {
  const paths = knownPaths(createExperimentSchema(registry));
  const key = spelledOut(word.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  const endingIn = (name: string | undefined): string[] =>
    paths.filter((path) => path === name || path.split('.').at(-1) === name);
  const found = endingIn(key);
  return found.length > 0 ? found : endingIn(nearest(key, new Set(paths.map((path) => path.split('.').at(-1)!))));
}
