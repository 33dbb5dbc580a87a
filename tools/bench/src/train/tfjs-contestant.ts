import { installTensorFlow, loadTensorFlow } from '@glyphlab/tensorflow';
import type * as tfjs from '@tensorflow/tfjs';
import { serve } from './serve.ts';

// Peer: what a tfjs user writes today, tf.layers and model.fit on tfjs-node, over the same native TensorFlow as ours.
const installation = await installTensorFlow();
const tf = loadTensorFlow(installation);

function network(): tfjs.LayersModel {
  const model = tf.sequential();
  [32, 64, 128].forEach((filters, k) => {
    const inputShape = k === 0 ? { inputShape: [28, 28, 1] } : {};
    model.add(tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false, ...inputShape }));
    model.add(tf.layers.batchNormalization());
    model.add(tf.layers.reLU());
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  });
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 128, activation: 'relu' }));
  model.add(tf.layers.dropout({ rate: 0.4 }));
  model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.momentum(0.01, 0.9), loss: 'categoricalCrossentropy' });
  return model;
}

const model = network();
await serve(`tfjs ${tf.version.tfjs}, TensorFlow ${installation.version}`, async ({ batch, images }) => {
  const x = tf.randomNormal([images, 28, 28, 1]);
  const y = tf.oneHot(tf.randomUniform([images], 0, 10, 'int32'), 10);
  const start = performance.now();
  await model.fit(x, y, { batchSize: batch, epochs: 1, verbose: 0 });
  const seconds = (performance.now() - start) / 1000;
  tf.dispose([x, y]);
  return { imagesPerSecond: images / seconds };
});
