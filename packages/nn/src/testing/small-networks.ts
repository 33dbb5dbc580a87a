import { stepRandom, withStepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { buildModel } from '../models/build-model.ts';

/*
 * Networks of every layer that ours have, small enough for backends that take their time: images of 8 × 8, two filters.
 */

const SIZE = 8;
const FILTERS = 2;
const CLASSES = 4;

const input = () => tf.input({ shape: [SIZE, SIZE, 1] });
const conv = (filters: number, strides = 1, kernelSize = 3) =>
  tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', kernelInitializer: 'heNormal' });
const norm = () => tf.layers.batchNormalization();
const pool = (padding: 'same' | 'valid' = 'valid') => tf.layers.maxPooling2d({ poolSize: 2, padding });
const dense = (units: number, activation?: 'relu' | 'swish' | 'sigmoid') =>
  tf.layers.dense({ units, kernelInitializer: 'heNormal', ...(activation && { activation }) });
const head = (x: tf.SymbolicTensor) => chain(x, tf.layers.dropout({ rate: 0.2 }), dense(CLASSES));
const chain = (x: tf.SymbolicTensor, ...layers: tf.layers.Layer[]) =>
  layers.reduce((y, layer) => layer.apply(y) as tf.SymbolicTensor, x);
const joined = (layer: tf.layers.Layer, ...xs: tf.SymbolicTensor[]) => layer.apply(xs) as tf.SymbolicTensor;

const builders: Record<string, () => tf.LayersModel> = {
  cnn: () => {
    const x = input();
    const block = (filters: number) => [conv(filters), norm(), pool(), tf.layers.reLU()];
    const features = chain(x, ...block(FILTERS), ...block(FILTERS + 1), tf.layers.flatten(), dense(8, 'relu'));
    return tf.model({ inputs: x, outputs: head(features) });
  },
  resnet: () => {
    const x = input();
    const stem = chain(x, conv(FILTERS), norm(), tf.layers.reLU());
    const block = chain(stem, conv(3, 2), norm(), tf.layers.reLU(), conv(3), norm());
    const sum = joined(tf.layers.add(), block, chain(stem, conv(3, 2, 1), norm()));
    return tf.model({ inputs: x, outputs: head(chain(sum, tf.layers.reLU(), tf.layers.globalAveragePooling2d({}))) });
  },
  efficientnet: () => {
    const x = input();
    const swish = (x: tf.SymbolicTensor) => chain(x, tf.layers.activation({ activation: 'swish' }));
    const depthwise = (kernelSize: number, strides: number) =>
      tf.layers.depthwiseConv2d({ kernelSize, strides, padding: 'same', depthwiseInitializer: 'heNormal' });
    const stem = swish(chain(x, conv(FILTERS), norm(), pool('same')));
    const wide = swish(chain(stem, conv(6, 1, 1), norm()));
    const deep = swish(chain(wide, depthwise(5, 2), norm()));
    const squeezed = chain(deep, tf.layers.globalAveragePooling2d({}), dense(3, 'swish'), dense(6, 'sigmoid'));
    const gated = joined(tf.layers.multiply(), deep, chain(squeezed, tf.layers.reshape({ targetShape: [1, 1, 6] })));
    const narrow = chain(gated, conv(FILTERS, 1, 1), norm());
    const same = swish(chain(narrow, depthwise(3, 1), norm()));
    const sum = joined(tf.layers.add(), narrow, same);
    return tf.model({ inputs: x, outputs: head(chain(sum, tf.layers.globalAveragePooling2d({}))) });
  },
  // Of no network of ours, but of networks that are fine-tuned.
  separable: () => {
    const x = input();
    const options = { depthwiseInitializer: 'heNormal', pointwiseInitializer: 'heNormal' } as const;
    const separable = tf.layers.separableConv2d({ filters: 3, kernelSize: 3, padding: 'same', ...options });
    const pooled = chain(x, separable, tf.layers.averagePooling2d({ poolSize: 2 }), tf.layers.flatten());
    return tf.model({ inputs: x, outputs: head(pooled) });
  },
};

export const smallNetworks: readonly string[] = Object.keys(builders);

/** With the same weights each time, on the backend that is set. */
const smallNetwork = (name: string): tf.LayersModel => buildModel(builders[name]!, 1);

/** Images of one bright quarter each, [count, 8, 8, 1]; the class, one-hot [count, 4], says which. */
function quarters(count: number): { x: tf.Tensor4D; y: tf.Tensor2D } {
  const labels = Array.from({ length: count }, (_, i) => i % CLASSES);
  const half = SIZE / 2;
  const images = labels.map((label) =>
    Array.from({ length: SIZE }, (_, row) =>
      Array.from({ length: SIZE }, (_, column) => [
        Number(Math.floor(row / half) * 2 + Math.floor(column / half) === label) + 0.1 * Math.sin(row * 7 + column * 3),
      ]),
    ),
  );
  return {
    x: tf.tensor4d(images),
    y: tf.tensor2d(labels.map((label) => [0, 1, 2, 3].map((k) => Number(k === label)))),
  };
}

/** Of a step of training, dropout included: the same numbers at the same step. */
function lossOf(model: tf.LayersModel, { x, y }: ReturnType<typeof quarters>, step: number): tf.Scalar {
  const random = stepRandom(tf.tensor1d([1, step], 'int32'));
  const logits = withStepRandom(random, () => model.apply(x, { training: true }) as tf.Tensor);
  return tf.losses.softmaxCrossEntropy(y, logits).asScalar();
}

/** Loss, and its gradient by every trainable weight, on the backend that is set. */
export async function lossAndGradients(name: string): Promise<{ loss: number; gradients: number[][] }> {
  const model = smallNetwork(name);
  const data = quarters(8);
  const { value, grads } = tf.variableGrads(() => lossOf(model, data, 1));
  const gradients = await Promise.all(Object.values(grads).map(async (grad) => Array.from(await grad.data())));
  const [loss = NaN] = await value.data();
  tf.dispose([value, grads, data]);
  model.dispose();
  return { loss, gradients };
}

/** The loss of each of some steps of Adam, on the backend that is set. */
export async function losses(name: string, steps: number): Promise<number[]> {
  const model = smallNetwork(name);
  const data = quarters(16);
  const optimizer = tf.train.adam(0.02);
  const found: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const loss = optimizer.minimize(() => lossOf(model, data, step), true)!;
    found.push((await loss.data())[0]!);
    loss.dispose();
  }
  optimizer.dispose();
  tf.dispose(data);
  model.dispose();
  return found;
}

/** The largest difference of a value from its counterpart. */
export const largestDifference = (a: readonly number[][], b: readonly number[][]): number =>
  Math.max(...a.flatMap((values, k) => values.map((value, i) => Math.abs(value - b[k]![i]!))));
