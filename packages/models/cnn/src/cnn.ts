import { InputError } from '@glyphlab/core';
import type { BuildModel } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import type { options } from './options.ts';

/**
 * The report's network: 3×3 convolutions of 32, 64 and 128 filters, each with batch normalisation and 2×2 max pooling, a dense
 * layer of 128 units, dropout 0.4, one logit a class.
 *
 * ReLU stands after the pooling: max commutes with it, and there are only a quarter as many values. A convolution before batch
 * norm needs no bias.
 *
 * Without padding, pooling and hidden layer it is a network of An et al. 2020, "An Ensemble of Simple Convolutional Neural Network
 * Models for MNIST Digit Recognition" (there M5): `filters: [32, 64, 96, 128, 160], kernelSize: 5, padding: valid, pooling: false,
 * denseUnits: 0, dropout: 0`, but for the batch norm that they put behind the last layer.
 */
export const buildCnn: BuildModel<typeof options> = (
  { filters, kernelSize, strides = 1, padding, pooling, denseUnits, dropout },
  { imageShape, numClasses },
) => {
  const kernelSizes = eachOf('kernelSize', kernelSize, filters.length);
  const steps = eachOf('strides', strides, filters.length);
  const pools = eachOf('pooling', pooling, filters.length);
  let size = Math.min(imageShape[0], imageShape[1]);
  filters.forEach((_, k) => {
    if (padding === 'valid') size -= kernelSizes[k]! - 1;
    size = Math.ceil(size / steps[k]!);
    if (pools[k]) size = Math.floor(size / 2);
  });
  if (size < 1) {
    throw new InputError(
      'MODEL_TOO_DEEP',
      `${filters.length} convolutions leave nothing of ${imageShape[0]}×${imageShape[1]} pixels.`,
      {
        where: 'model.filters',
        hint: 'Give fewer filters, or larger images.',
      },
    );
  }
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({ inputShape: [...imageShape] }));
  filters.forEach((count, k) => {
    model.add(
      tf.layers.conv2d({
        filters: count,
        kernelSize: kernelSizes[k]!,
        strides: steps[k]!,
        padding,
        useBias: false,
        kernelInitializer: 'heNormal',
      }),
    );
    model.add(tf.layers.batchNormalization({ momentum: 0.9 }));
    if (pools[k]) model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
    model.add(tf.layers.reLU());
  });
  model.add(tf.layers.flatten());
  if (denseUnits > 0) {
    model.add(tf.layers.dense({ units: denseUnits, activation: 'relu', kernelInitializer: 'heNormal' }));
  }
  model.add(tf.layers.dropout({ rate: dropout }));
  model.add(tf.layers.dense({ units: numClasses }));
  return model;
};

/** @throws InputError MODEL_LIST_LENGTH if a list has not one value for each of the convolutions */
function eachOf<T>(option: string, value: T | readonly T[], convolutions: number): readonly T[] {
  if (!Array.isArray(value)) return Array.from({ length: convolutions }, () => value as T);
  const list = value as readonly T[];
  if (list.length === convolutions) return list;
  throw new InputError(
    'MODEL_LIST_LENGTH',
    `Expected one value for all ${convolutions} convolutions, or one for each. Received: ${list.length}.`,
    { where: `model.${option}`, hint: 'Give one for each entry of filters.' },
  );
}
