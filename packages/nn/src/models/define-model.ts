import type { ImageShape, Kind, OnProgress } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';

/** What a network must fit. */
export interface ModelInput {
  imageShape: ImageShape;
  numClasses: number;
}

/** Weights that a kind of network can start from, as others have trained it. */
export interface PretrainedWeights {
  /** Of the data that it was trained on. */
  numClasses: number;
  /** The weights of a layer of the built network, in tfjs's order and shapes; the caller disposes of them. */
  weightsOf(layer: tf.layers.Layer): tf.Tensor[];
}

/** Gets such weights, from the network if they are not in the cache. */
export type Pretrained = (options: PretrainedOptions) => Promise<PretrainedWeights>;

export interface PretrainedOptions {
  env?: NodeJS.ProcessEnv;
  onMessage?: (text: string) => void;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/**
 * A kind of network, as configurations name it in `model: { type }`; all its options have defaults. `load` gives what builds it: a
 * built layers model, images float32 [n, h, w, c] in [-1, 1] → logits [n, numClasses]. Layer classes of its own are registered with
 * `tf.serialization.registerClass` in the file that `load` imports, so that a saved model can be loaded.
 */
export interface ModelKind<Options extends z.ZodObject = z.ZodObject> extends Kind<
  tf.LayersModel,
  ModelInput,
  Options
> {
  /** By the name in `model.from`: imports what gets the weights. Default none. */
  pretrained?: Readonly<Record<string, () => Promise<Pretrained>>>;
}

/** Keeps the types of the options; nothing else. */
export const defineModel = <Options extends z.ZodObject>(kind: ModelKind<Options>): ModelKind<Options> => kind;

/** What the `load` of a model kind with these options gives. */
export type BuildModel<Options extends z.ZodObject> = (options: z.output<Options>, input: ModelInput) => tf.LayersModel;
