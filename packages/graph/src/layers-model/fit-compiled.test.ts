import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { GraphError } from '../graph-error.ts';
import { fitCompiled, fitDatasetCompiled } from './fit-compiled.ts';
import { ModelProgram } from './model-program.ts';

const { layers } = tf;
const SHUFFLED = { shuffle: false, verbose: 0 } as const;

/** Seeded, so that two of them start alike. */
const init = (seed: number) => tf.initializers.glorotUniform({ seed });

/** 45 images of 6 × 6: with batches of 8 the last one is short. */
const images = tf.randomUniform([45, 6, 6, 1], 0, 1, 'float32', 1);
const rows = tf.randomUniform([45, 4], -1, 1, 'float32', 2);
const words = tf.cast(tf.randomUniform([45, 7], 0, 10, 'int32', 3), 'int32');
const classes = tf.tensor1d(Array.from({ length: 45 }, (_, k) => k % 3), 'float32'); // prettier-ignore
const oneHot = tf.cast(tf.oneHot(tf.cast(classes, 'int32'), 3), 'float32');

interface Case {
  build: () => tf.LayersModel;
  x: tf.Tensor | tf.Tensor[];
  y: tf.Tensor | tf.Tensor[];
  compile: tf.ModelCompileArgs;
  classWeight?: Record<number, number> | Record<string, Record<number, number>>;
}

const denseNet = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      layers.dense({ units: 8, activation: 'relu', inputShape: [4], kernelInitializer: init(1), kernelRegularizer: tf.regularizers.l2() }),
      layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(2) }),
    ],
  }); // prettier-ignore
const convNet = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      // Before batch norm a bias has a gradient of nothing but rounding, which Adam would scale up.
      layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [6, 6, 1], kernelInitializer: init(3) }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(4) }),
    ],
  });
const textNet = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      layers.embedding({ inputDim: 10, outputDim: 4, inputLength: 7, embeddingsInitializer: init(5) }),
      layers.lstm({ units: 5, kernelInitializer: init(6), recurrentInitializer: init(7) }),
      layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(8) }),
    ],
  });
const twoOutputs = (): tf.LayersModel => {
  const [a, b] = [tf.input({ shape: [4] }), tf.input({ shape: [3] })];
  const merged = layers.concatenate().apply([a, b]) as tf.SymbolicTensor;
  const outputs = [3, 1].map(
    (units, k) =>
      layers.dense({ units, name: `output${k}`, kernelInitializer: init(9 + k) }).apply(merged) as tf.SymbolicTensor,
  );
  return tf.model({ inputs: [a, b], outputs });
};
const crossEntropy = { loss: 'categoricalCrossentropy', metrics: ['accuracy'] };

const cases: Record<string, Case> = {
  'dense, l2, weighted classes, sgd': {
    build: denseNet,
    x: rows,
    y: oneHot,
    compile: { ...crossEntropy, optimizer: 'sgd' },
    classWeight: { 0: 1, 1: 2, 2: 0.5 },
  },
  'convolution, batch norm, adam': { build: convNet, x: images, y: oneHot, compile: { ...crossEntropy, optimizer: 'adam' } },
  'embedding, LSTM, sparse labels, rmsprop': {
    build: textNet,
    x: words,
    y: classes,
    compile: { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], optimizer: 'rmsprop' },
  },
  'two inputs, two outputs, momentum': {
    build: twoOutputs,
    x: [rows, oneHot],
    y: [oneHot, tf.reshape(classes, [45, 1])],
    compile: { loss: ['meanSquaredError', 'meanAbsoluteError'], optimizer: tf.train.momentum(0.05, 0.9) },
  },
  'weighted classes of the second output only': {
    build: twoOutputs,
    x: [rows, oneHot],
    y: [oneHot, tf.reshape(classes, [45, 1])],
    compile: { loss: ['meanSquaredError', 'meanAbsoluteError'], optimizer: 'sgd' },
    classWeight: { output1: { 0: 1, 1: 2, 2: 0.5 } },
  },
}; // prettier-ignore

const compiled = (build: () => tf.LayersModel, args: tf.ModelCompileArgs): tf.LayersModel => {
  const model = build();
  model.compile(args);
  return model;
};
const weightsOf = (model: tf.LayersModel): number[] => model.getWeights().flatMap((w) => [...w.dataSync()]);
const closeTo = (values: readonly number[]): unknown => values.map((value) => expect.closeTo(value, 5));

function expectSame(actual: tf.History, expected: tf.History): void {
  const rounded = Object.entries(expected.history).map(([name, values]) => [name, closeTo(values as number[])]);
  expect(actual.history).toEqual(Object.fromEntries(rounded));
}

afterEach(() => tf.disposeVariables());

describe('fitCompiled equals model.fit', () => {
  test.each(Object.entries(cases))('%s', async (_, { build, x, y, compile, classWeight }) => {
    const args = { ...SHUFFLED, epochs: 3, batchSize: 8, validationSplit: 0.2, ...(classWeight && { classWeight }) };
    // An optimizer belongs to the model that it was first used for.
    const optimizer = () => (compile.optimizer instanceof tf.Optimizer ? tf.train.momentum(0.05, 0.9) : compile.optimizer);
    const eager = compiled(build, { ...compile, optimizer: optimizer() });
    const expected = await eager.fit(x, y, args);
    const model = compiled(build, { ...compile, optimizer: optimizer() });
    const history = await fitCompiled(model, x, y, args);
    expect(Object.keys(expected.history)).toContain('val_loss');
    expectSame(history, expected);
    expect(weightsOf(model)).toEqual(closeTo(weightsOf(eager)));
    // With the optimizer's slots as they should be, both go on alike; the model is an ordinary one again.
    expectSame(await model.fit(x, y, args), await eager.fit(x, y, args));
    expect(model.optimizer.iterations).toBe(eager.optimizer.iterations);
  }); // prettier-ignore

  test('a dataset, with another as validation data', async () => {
    const dataset = () => tf.data.array(rows.arraySync() as number[][]).batch(8).mapAsync(async (xs) => {
      const x = xs as tf.Tensor;
      return { xs: x, ys: tf.tidy(() => tf.greater(tf.slice(x, [0, 0], [-1, 3]), 0).cast('float32')) };
    }); // prettier-ignore
    const args = { epochs: 2, verbose: 0, validationData: dataset() } as const;
    const [eager, model] = [0, 1].map(() => compiled(denseNet, { ...crossEntropy, optimizer: 'adam' }));
    const expected = await eager!.fitDataset(dataset(), args);
    expectSame(await fitDatasetCompiled(model!, dataset(), args), expected);
  });

  test.each(['onBatchBegin', 'onBatchEnd'] as const)('batch by batch, where a callback wants %s', async (name) => {
    const train = async (fit: typeof fitCompiled): Promise<{ history: tf.History; seen: number[] }> => {
      const model = compiled(denseNet, { ...crossEntropy, optimizer: 'adam' });
      const seen: number[] = [];
      const callbacks = { [name]: async (batch: number, logs?: tf.Logs) => void seen.push(batch, logs?.loss ?? 0) };
      return { history: await fit(model, rows, oneHot, { ...SHUFFLED, epochs: 2, batchSize: 8, callbacks }), seen };
    };
    const expected = await train((model, x, y, args) => model.fit(x, y, args));
    const actual = await train(fitCompiled);
    expect(actual.seen).toHaveLength(2 * 2 * 6);
    expect(actual.seen).toEqual(closeTo(expected.seen));
    expectSame(actual.history, expected.history);
  });

  test('a callback proper that overrides onBatchEnd sees each batch', async () => {
    const seen: number[] = [];
    class Watch extends tf.Callback {
      override async onBatchEnd(batch: number): Promise<void> {
        seen.push(batch);
      }
    }
    const model = compiled(denseNet, { ...crossEntropy, optimizer: 'sgd' });
    await fitCompiled(model, rows, oneHot, { ...SHUFFLED, epochs: 1, batchSize: 15, callbacks: [new Watch()] });
    expect(seen).toEqual([0, 1, 2]);
  });

  test('several batches are one call: shuffled, each row is taken once an epoch', async () => {
    const calls: number[] = [];
    const { trainRows } = ModelProgram.prototype;
    const spy = vi.spyOn(ModelProgram.prototype, 'trainRows').mockImplementation(function (
      this: ModelProgram,
      ...args
    ) {
      const train = trainRows.apply(this, args);
      return (data, rows) => (calls.push(rows.size), train(data, rows));
    });
    onTestFinished(() => spy.mockRestore());
    // The weight of a row's loss is its share of the mean: with rate 0 the epoch's loss is that of all rows, whatever their order.
    const model = compiled(denseNet, { loss: 'meanSquaredError', optimizer: tf.train.sgd(0) });
    const { history } = await fitCompiled(model, rows, oneHot, { verbose: 0, shuffle: true, epochs: 3, batchSize: 8 });
    const [first, ...others] = history['loss'] as number[];
    expect(others).toEqual([expect.closeTo(first!, 5), expect.closeTo(first!, 5)]);
    expect(calls).toEqual([45, 45, 45]);
  });

  test('callbacks see the weights of their epoch, may change the learning rate, stop training', async () => {
    const train = async (fit: typeof fitCompiled): Promise<{ history: tf.History; seen: number[] }> => {
      const model = compiled(denseNet, { ...crossEntropy, optimizer: tf.train.adam(0.1) });
      const seen: number[] = [];
      const callback = {
        onEpochEnd: async (epoch: number) => {
          seen.push(weightsOf(model)[0]!);
          (model.optimizer as unknown as { learningRate: number }).learningRate = 0.1 / (epoch + 2);
          if (epoch === 2) model.stopTraining = true;
        },
      };
      return { history: await fit(model, rows, oneHot, { ...SHUFFLED, epochs: 9, callbacks: callback }), seen };
    };
    const expected = await train((model, x, y, args) => model.fit(x, y, args));
    const actual = await train(fitCompiled);
    expect(actual.seen).toEqual(closeTo(expected.seen));
    expect(actual.seen).toHaveLength(3);
    expectSame(actual.history, expected.history);
  });
});

test('a list of callbacks proper is taken as tfjs takes it', async () => {
  const model = compiled(denseNet, { ...crossEntropy, optimizer: 'sgd' });
  const callbacks = [tf.callbacks.earlyStopping({ monitor: 'loss', minDelta: 100 })];
  const { epoch } = await fitCompiled(model, rows, oneHot, { ...SHUFFLED, epochs: 9, callbacks });
  expect(epoch).toEqual([0, 1]);
});

test('dropout draws anew for each batch, the same for the same seed', async () => {
  const net = () => tf.sequential({ layers: [layers.dropout({ rate: 0.5, inputShape: [4] }), layers.dense({ units: 3, kernelInitializer: init(1) })] }); // prettier-ignore
  const train = async (seed: number): Promise<number[]> => {
    const model = compiled(net, { loss: 'meanSquaredError', optimizer: tf.train.sgd(0) });
    const args = { ...SHUFFLED, epochs: 3, batchSize: 45, seed };
    return (await fitCompiled(model, rows, oneHot, args)).history['loss'] as number[];
  };
  const losses = await train(1);
  expect(new Set(losses).size).toBe(3);
  expect(await train(1)).toEqual(losses);
  expect(await train(2)).not.toEqual(losses);
});

test('bf16 trains to about the same losses', async () => {
  const [exact, model] = [0, 1].map(() => compiled(denseNet, { ...crossEntropy, optimizer: 'sgd' }));
  const args = { ...SHUFFLED, epochs: 2 };
  const expected = (await exact!.fit(rows, oneHot, args)).history['loss'] as number[];
  const losses = (await fitCompiled(model!, rows, oneHot, { ...args, precision: 'bf16' })).history['loss'] as number[];
  expect(losses).not.toEqual(expected);
  expect(losses).toEqual(expected.map((loss) => expect.closeTo(loss, 2)));
});

test('nothing stays behind, also after an error, which leaves the model with what it had learnt', async () => {
  const model = compiled(denseNet, { ...crossEntropy, optimizer: 'adam' });
  const args = { ...SHUFFLED, epochs: 2, validationSplit: 0.2 };
  await fitCompiled(model, rows, oneHot, args);
  const { numTensors } = tf.memory();
  await fitCompiled(model, rows, oneHot, args);
  expect(tf.memory().numTensors).toBe(numTensors);

  const before = weightsOf(model);
  const failing = { onEpochBegin: (epoch: number) => (epoch === 1 ? Promise.reject(new Error('mine')) : Promise.resolve()) }; // prettier-ignore
  await expect(fitCompiled(model, rows, oneHot, { ...SHUFFLED, epochs: 2, callbacks: failing })).rejects.toThrow(
    'mine',
  );
  expect(weightsOf(model)).not.toEqual(before);
  expect(Object.keys(model)).not.toContain('makeTrainFunction');
  await model.fit(rows, oneHot, { ...SHUFFLED, epochs: 1 });
});

test('refused: layers that keep state, models that are not compiled, losses that read values', async () => {
  const stateful = tf.sequential({
    layers: [layers.simpleRNN({ units: 3, stateful: true, batchInputShape: [5, 7, 1], name: 'memory' })],
  });
  stateful.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
  const fit = fitCompiled(stateful, tf.zeros([5, 7, 1]), tf.zeros([5, 3]), SHUFFLED);
  await expect(fit).rejects.toMatchObject({
    code: 'GRAPH_STATEFUL_LAYER',
    message: expect.stringContaining('"memory"'),
  });
  await expect(fitCompiled(denseNet(), rows, oneHot, SHUFFLED)).rejects.toThrow('compiled');
  const reading = compiled(denseNet, { loss: (y, p) => tf.mul(tf.losses.meanSquaredError(y, p), p.dataSync()[0]!), optimizer: 'sgd' }); // prettier-ignore
  await expect(fitCompiled(reading, rows, oneHot, SHUFFLED)).rejects.toBeInstanceOf(GraphError);
});
