import type { ImageShape } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

/** What a network must fit. */
export interface ModelInput {
  imageShape: ImageShape;
  numClasses: number;
}

/** A kind of network as configurations know it. Who only reads those has no use for TensorFlow, which comes with how it is built. */
export interface ModelKind<Options extends z.ZodObject = z.ZodObject> {
  /** Its name in `model: { type }`. */
  type: string;
  /** All have defaults. */
  options: Options;
  load(): Promise<ModelDefinition<Options>>;
}

/** A kind of network: its name, its options, and how it is built. */
export interface ModelDefinition<Options extends z.ZodObject = z.ZodObject> extends Omit<ModelKind<Options>, 'load'> {
  /** @returns a built layers model: images float32 [n, h, w, c] in [-1, 1] → logits [n, numClasses] */
  build(options: z.infer<Options>, input: ModelInput): tf.LayersModel;
}

/** Keeps the types of the options; nothing else. */
export const defineModel = <Options extends z.ZodObject>(
  definition: ModelDefinition<Options>,
): ModelDefinition<Options> => definition;
