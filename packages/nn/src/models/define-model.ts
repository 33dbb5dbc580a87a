import type { ImageShape, Kind } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

/** What a network must fit. */
export interface ModelInput {
  imageShape: ImageShape;
  numClasses: number;
}

/**
 * A kind of network, as configurations name it in `model: { type }`; all its options have defaults. `load` gives what builds it: a
 * built layers model, images float32 [n, h, w, c] in [-1, 1] → logits [n, numClasses]. Layer classes of its own are registered with
 * `tf.serialization.registerClass` in the file that `load` imports, so that a saved model can be loaded.
 */
export type ModelKind<Options extends z.ZodObject = z.ZodObject> = Kind<tf.LayersModel, ModelInput, Options>;

/** Keeps the types of the options; nothing else. */
export const defineModel = <Options extends z.ZodObject>(kind: ModelKind<Options>): ModelKind<Options> => kind;

/** What the `load` of a model kind with these options gives. */
export type BuildModel<Options extends z.ZodObject> = (options: z.output<Options>, input: ModelInput) => tf.LayersModel;
