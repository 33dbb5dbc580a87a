import * as tf from '@tensorflow/tfjs';
import { GraphError } from '../graph-error.ts';
import { type CompiledModelOptions, innerModel, ModelProgram } from './model-program.ts';

type Tensors = tf.Tensor | tf.Tensor[];

/** One update of a model. */
export interface CompiledTrainStep {
  /**
   * Trains on a batch, and returns its loss [] before the update, which the caller disposes of.
   * @param x tensor [n, …] for each input of the model
   * @param y tensor [n, …] for each output
   */
  (x: Tensors, y: Tensors): tf.Scalar;
  /** Gives the model the weights that were trained, and the optimizer its slots. */
  pull(): void;
  /** Trains on from weights that were set from outside, as by `model.setWeights`. */
  push(): void;
  /** Does what `pull` does, and frees the graph. */
  dispose(): void;
}

/**
 * A training step of a model as one TensorFlow graph. Compiles the model with this optimizer and loss, as `model.compile` does.
 *
 *     const trainStep = compileTrainStep(model, tf.train.adam(0.001), 'categoricalCrossentropy');
 *     for (const { x, y } of batches) trainStep(x, y).dispose();
 *     trainStep.dispose(); // now the model has the trained weights
 *
 * @param loss as of `model.compile`: the name of one of tfjs's losses, or a function of targets and outputs; several for several outputs
 * @throws GraphError GRAPH_STATEFUL_LAYER, GRAPH_NO_TENSORFLOW; when called, if a layer or the loss does what a graph cannot
 */
export function compileTrainStep(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  loss: tf.ModelCompileArgs['loss'],
  options: CompiledModelOptions = {},
): CompiledTrainStep {
  model.compile({ optimizer, loss });
  const inner = innerModel(model)!;
  const program = new ModelProgram(inner, options);
  const train = program.train(inner.makeTrainFunction());
  const step = (x: Tensors, y: Tensors): tf.Scalar => {
    const [loss, ...metrics] = train([...tensorsOf('input', x, inner.inputNames), ...tensorsOf('output', y, inner.outputNames), null]); // prettier-ignore
    // Of several outputs, the loss of each.
    tf.dispose(metrics);
    return loss!;
  };
  const dispose = (): void => {
    program.pull();
    program.dispose();
  };
  return Object.assign(step, { pull: () => program.pull(), push: () => program.push(), dispose });
}

function tensorsOf(what: string, given: Tensors, names: readonly string[]): tf.Tensor[] {
  const tensors = Array.isArray(given) ? given : [given];
  if (tensors.length === names.length) return tensors;
  throw new GraphError(
    'GRAPH_INPUT',
    `The model has ${names.length} ${what}(s), ${names.join(', ')}: a step takes a tensor for each. Received: ${tensors.length}.`,
  );
}
