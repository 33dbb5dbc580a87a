import * as tf from '@tensorflow/tfjs';
import type { FitNetwork } from '../commands.ts';

/** A network in tfjs-layers, the data it is trained on, and how long. */
export interface Network {
  name: FitNetwork;
  build: () => tf.LayersModel;
  compile: tf.ModelCompileArgs;
  /** Drawn with a seed, of the shapes and ranges of the real. @returns tensors [samples, …] */
  data: () => { x: tf.Tensor; y: tf.Tensor };
  samples: number;
  batchSize: number;
  /** Of one measurement; the first, in which graphs are made, is not counted. */
  epochs: number;
}

const { layers } = tf;

/** Weights drawn with seeds, so that two networks begin alike. */
function seeds(): () => { kernelInitializer: ReturnType<typeof tf.initializers.glorotUniform> } {
  let seed = 0;
  return () => ({ kernelInitializer: tf.initializers.glorotUniform({ seed: ++seed }) });
}

const uniform = (shape: number[], seed: number): tf.Tensor => tf.randomUniform(shape, 0, 1, 'float32', seed);
const wholeNumbers = (shape: number[], below: number, seed: number): tf.Tensor =>
  tf.floor(tf.mul(uniform(shape, seed), below));
const classes = (n: number, numClasses: number): tf.Tensor =>
  tf.cast(tf.oneHot(tf.cast(wholeNumbers([n], numClasses, 99), 'int32'), numClasses), 'float32');

function iris(): tf.LayersModel {
  const seeded = seeds();
  return tf.sequential({
    layers: [
      layers.dense({ units: 10, activation: 'sigmoid', inputShape: [4], ...seeded() }),
      layers.dense({ units: 3, activation: 'softmax', ...seeded() }),
    ],
  });
}

function mnist(): tf.LayersModel {
  const seeded = seeds();
  return tf.sequential({
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 5, activation: 'relu', inputShape: [28, 28, 1], ...seeded() }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 5, activation: 'relu', ...seeded() }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax', ...seeded() }),
    ],
  });
}

const CHARACTERS = 60;

function lstmText(): tf.LayersModel {
  const seeded = seeds();
  const recurrentInitializer = tf.initializers.glorotUniform({ seed: 50 });
  return tf.sequential({
    layers: [
      layers.lstm({ units: 128, inputShape: [40, CHARACTERS], recurrentInitializer, ...seeded() }),
      layers.dense({ units: CHARACTERS, activation: 'softmax', ...seeded() }),
    ],
  });
}

const [WORDS, LENGTH, WIDTH] = [1000, 32, 64];

function transformer(): tf.LayersModel {
  const seeded = seeds();
  const words = tf.input({ shape: [LENGTH] });
  const embeddingsInitializer = tf.initializers.randomUniform({ minval: -0.05, maxval: 0.05, seed: 60 });
  const x = layers.embedding({ inputDim: WORDS, outputDim: WIDTH, embeddingsInitializer }).apply(words);
  const project = () => layers.dense({ units: WIDTH, ...seeded() }).apply(x) as tf.SymbolicTensor;
  const [query, key, value] = [project(), project(), project()];
  const scores = layers.dot({ axes: [2, 2] }).apply([query, key]) as tf.SymbolicTensor;
  const attention = layers.activation({ activation: 'softmax' }).apply(scores) as tf.SymbolicTensor;
  const attended = layers.dot({ axes: [2, 1] }).apply([attention, value]) as tf.SymbolicTensor;
  const normed = (a: unknown, b: unknown) =>
    layers.layerNormalization().apply(layers.add().apply([a, b] as tf.SymbolicTensor[])) as tf.SymbolicTensor;
  const first = normed(x, attended);
  const hidden = layers.dense({ units: 4 * WIDTH, activation: 'relu', ...seeded() }).apply(first);
  const second = normed(first, layers.dense({ units: WIDTH, ...seeded() }).apply(hidden as tf.SymbolicTensor));
  const pooled = layers.globalAveragePooling1d({}).apply(second) as tf.SymbolicTensor;
  const outputs = layers.dense({ units: 2, activation: 'softmax', ...seeded() }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: words, outputs });
}

function uNet(): tf.LayersModel {
  const seeded = seeds();
  const twice = (x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor => {
    const convolution = () => layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', ...seeded() }); // prettier-ignore
    return convolution().apply(convolution().apply(x)) as tf.SymbolicTensor;
  };
  const down = (x: tf.SymbolicTensor) => layers.maxPooling2d({ poolSize: 2 }).apply(x) as tf.SymbolicTensor;
  const up = (x: tf.SymbolicTensor, beside: tf.SymbolicTensor, filters: number) => {
    const larger = layers.conv2dTranspose({ filters, kernelSize: 2, strides: 2, ...seeded() }).apply(x);
    return layers.concatenate().apply([larger as tf.SymbolicTensor, beside]) as tf.SymbolicTensor;
  };
  const images = tf.input({ shape: [32, 32, 1] });
  const high = twice(images, 8);
  const middle = twice(down(high), 16);
  const low = twice(down(middle), 32);
  const back = twice(up(twice(up(low, middle, 16), 16), high, 8), 8);
  const outputs = layers.conv2d({ filters: 1, kernelSize: 1, activation: 'sigmoid', ...seeded() }).apply(back);
  return tf.model({ inputs: images, outputs: outputs as tf.SymbolicTensor });
}

const crossEntropy = (optimizer: string): tf.ModelCompileArgs => ({
  optimizer,
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
});

/** The kinds of networks of tfjs's examples, of their sizes. */
export const networks: readonly Network[] = [
  {
    name: 'iris',
    build: iris,
    compile: crossEntropy('adam'),
    data: () => ({ x: uniform([120, 4], 1), y: classes(120, 3) }),
    samples: 120,
    batchSize: 32,
    epochs: 21,
  },
  {
    name: 'mnist',
    build: mnist,
    compile: crossEntropy('rmsprop'),
    data: () => ({ x: uniform([1280, 28, 28, 1], 2), y: classes(1280, 10) }),
    samples: 1280,
    batchSize: 64,
    epochs: 4,
  },
  {
    name: 'lstm',
    build: lstmText,
    compile: { optimizer: 'rmsprop', loss: 'categoricalCrossentropy' },
    data: () => ({
      x: tf.cast(tf.oneHot(tf.cast(wholeNumbers([512, 40], CHARACTERS, 3), 'int32'), CHARACTERS), 'float32'),
      y: classes(512, CHARACTERS),
    }),
    samples: 512,
    batchSize: 128,
    epochs: 3,
  },
  {
    name: 'transformer',
    build: transformer,
    compile: crossEntropy('adam'),
    data: () => ({ x: wholeNumbers([256, LENGTH], WORDS, 4), y: classes(256, 2) }),
    samples: 256,
    batchSize: 32,
    epochs: 3,
  },
  {
    name: 'u-net',
    build: uNet,
    compile: { optimizer: 'adam', loss: 'binaryCrossentropy' },
    data: () => ({ x: uniform([128, 32, 32, 1], 5), y: tf.round(uniform([128, 32, 32, 1], 6)) }),
    samples: 128,
    batchSize: 16,
    epochs: 3,
  },
];
