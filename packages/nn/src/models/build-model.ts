import type * as tf from '@tensorflow/tfjs';
import seedrandom from 'seedrandom';
import { useFastLayers } from '../layers/fast-layers.ts';

/**
 * Builds a network with first weights that depend on `seed` alone, and makes its layers fast.
 *
 * Initializers without a seed of their own ask `Math.random` for one, so while they run it is a seeded one: a model need not
 * number its layers' seeds.
 */
export function buildModel(build: () => tf.LayersModel, seed: number): tf.LayersModel {
  const { random } = Math;
  Math.random = seedrandom.alea(String(seed)) as () => number;
  try {
    const model = build();
    useFastLayers(model);
    return model;
  } finally {
    Math.random = random;
  }
}
