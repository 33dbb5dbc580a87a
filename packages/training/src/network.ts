import { withFoldedBatchNorms } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';

/** A model with its weights as variables. */
export interface Network {
  model: tf.LayersModel;
  numClasses: number;
  /** All weights, batch-norm statistics included, in the order of `model.weights`. */
  variables: tf.Variable[];
  /** Those that get gradients. */
  trainable: tf.Variable[];
  /** Batch norms that keep their statistics in training. */
  kept?: ReadonlySet<tf.layers.Layer>;
}

/** tfjs-layers keeps the variable of a weight under this name. */
interface Weight {
  val: tf.Variable;
}

export const variablesOf = (weights: unknown[]): tf.Variable[] => (weights as Weight[]).map(({ val }) => val);

/** @param model built; its output is logits [n, classes] */
export function createNetwork(model: tf.LayersModel): Network {
  return {
    model,
    numClasses: (model.outputs[0]!.shape as number[]).at(-1)!,
    variables: variablesOf(model.weights),
    trainable: variablesOf(model.trainableWeights),
  };
}

/**
 * What a trained network answers; its batch norms are part of the convolutions before them.
 * @param x float32 [n, height, width, channels] in [-1, 1]
 * @returns logits [n, classes]
 */
export const predictedLogits = ({ model }: Network, x: tf.Tensor): tf.Tensor =>
  withFoldedBatchNorms(() => model.apply(x, { training: false }) as tf.Tensor);
