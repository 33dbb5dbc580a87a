import type { ImageShape } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

/** What a network must fit. */
export interface ModelInput {
  imageShape: ImageShape;
  numClasses: number;
}

/** A kind of network: its name in `model: { type }`, its options, and how it is built. */
export interface ModelDefinition<Options extends z.ZodObject = z.ZodObject> {
  type: string;
  /** All options have defaults. */
  options: Options;
  /** @returns a built layers model: images float32 [n, h, w, c] in [-1, 1] → logits [n, numClasses] */
  build(options: z.infer<Options>, input: ModelInput): tf.LayersModel;
}

/** Keeps the types of the options; nothing else. */
export const defineModel = <Options extends z.ZodObject>(
  definition: ModelDefinition<Options>,
): ModelDefinition<Options> => definition;
