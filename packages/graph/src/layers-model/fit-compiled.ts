import * as tf from '@tensorflow/tfjs';
import { type BatchFunction, type CompiledModelOptions, innerModel, ModelProgram } from './model-program.ts';
import { fitWholeEpochs, looksAtEpochsOnly } from './whole-epochs.ts';

type FitArgs = Parameters<tf.LayersModel['fit']>[2] & CompiledModelOptions;
type Data = Parameters<tf.LayersModel['fit']>[0];
type DatasetArgs<T> = tf.ModelFitDatasetArgs<T> & CompiledModelOptions;
type Callbacks = tf.ModelFitDatasetArgs<unknown>['callbacks'];
type YieldEvery = tf.ModelFitDatasetArgs<unknown>['yieldEvery'];
type Callback = tf.CustomCallbackArgs | tf.CustomCallback;

/**
 * `model.fit(x, y, args)`, each batch as one call of a TensorFlow graph. It is tfjs's own `fit` that runs: data, shuffling, validation,
 * callbacks and history are as there, and losses equal within float32's rounding where nothing is random.
 *
 * With `verbose: 0` and no callback for batches, several batches are one call, as many as keep its graph small.
 *
 * Weights lie in TensorFlow while it runs. The model has them whenever an epoch ends, before any callback of yours is called, and at the
 * end, also after an error; in `onBatchEnd` it has those of the last epoch. An optimizer whose learning rate, or other number, a callback changes is
 * traced anew, which takes as long as a few eager batches: change it between epochs, not between batches.
 *
 * @param model compiled (`model.compile`), with one of tfjs's optimizers
 * @throws GraphError if a layer, loss or metric does what a graph cannot, as reading a tensor's value
 */
export function fitCompiled(model: tf.LayersModel, x: Data, y: Data, args: FitArgs = {}): Promise<tf.History> {
  return withCompiledSteps(model, args, (callbacks) => model.fit(x, y, { ...args, callbacks }));
}

/** `model.fitDataset(dataset, args)`, as {@link fitCompiled}. Batches of few different shapes: each shape is traced. */
export function fitDatasetCompiled<T>(
  model: tf.LayersModel,
  dataset: Parameters<tf.LayersModel['fitDataset']>[0],
  args: DatasetArgs<T>,
): Promise<tf.History> {
  return withCompiledSteps(model, args, (callbacks) =>
    model.fitDataset(dataset, { ...args, callbacks } as tf.ModelFitDatasetArgs<T>),
  );
}

async function withCompiledSteps(
  model: tf.LayersModel,
  args: CompiledModelOptions & { callbacks?: Callbacks; yieldEvery?: YieldEvery },
  fit: (callbacks: Callbacks) => Promise<tf.History>,
): Promise<tf.History> {
  const inner = innerModel(model);
  // tfjs says what is missing.
  if (!inner?.optimizer_) return fit(args.callbacks);
  const program = new ModelProgram(inner, args);
  const { makeTrainFunction, makeTestFunction, fitLoop } = inner;
  let eager: BatchFunction;
  inner.makeTrainFunction = () => program.train((eager = makeTrainFunction.call(inner)));
  inner.fitLoop = (...given) =>
    looksAtEpochsOnly(given) ? fitWholeEpochs(inner, program, eager, given) : fitLoop.apply(inner, given);
  inner.makeTestFunction = () => {
    makeTestFunction.call(inner);
    inner.testFunction = program.test(inner.testFunction);
  };
  const pull = new tf.CustomCallback({ onEpochEnd: () => Promise.resolve(program.pull()) });
  try {
    return await fit([pull, ...callbacksOf(args)] as Callbacks);
  } finally {
    // The prototype's again.
    Reflect.deleteProperty(inner, 'makeTrainFunction');
    Reflect.deleteProperty(inner, 'makeTestFunction');
    Reflect.deleteProperty(inner, 'fitLoop');
    program.pull();
    program.dispose();
  }
}

/** tfjs takes one or several, objects of functions or callbacks proper, but not both kinds in one list. */
function callbacksOf({ callbacks, yieldEvery }: { callbacks?: Callbacks; yieldEvery?: YieldEvery }) {
  const list = (callbacks === undefined ? [{}] : Array.isArray(callbacks) ? callbacks : [callbacks]) as Callback[];
  const isProper = (callback: Callback): callback is tf.CustomCallback => 'setModel' in callback;
  return list.map((callback) => (isProper(callback) ? callback : new tf.CustomCallback(callback, yieldEvery)));
}
