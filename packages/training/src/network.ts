import * as tf from '@tensorflow/tfjs';

/** A model with its weights as variables. */
export interface Network {
  model: tf.LayersModel;
  numClasses: number;
  /** All weights, batch-norm statistics included, in the order of `model.weights`. */
  variables: tf.Variable[];
  /** Those that get gradients. */
  trainable: tf.Variable[];
}

/** tfjs-layers keeps the variable of a weight under this name. */
interface Weight {
  val: tf.Variable;
}

/** @param model built; its output is logits [n, classes] */
export function createNetwork(model: tf.LayersModel): Network {
  const variablesOf = (weights: unknown[]): tf.Variable[] => (weights as Weight[]).map(({ val }) => val);
  return {
    model,
    numClasses: (model.outputs[0]!.shape as number[]).at(-1)!,
    variables: variablesOf(model.weights),
    trainable: variablesOf(model.trainableWeights),
  };
}
