import { InputError } from '@glyphlab/core';
import { defineModel } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { options } from './options.ts';

/**
 * The report's network: 3×3 convolutions of 32, 64 and 128 filters, each with batch normalisation and 2×2 max pooling, a dense
 * layer of 128 units, dropout 0.4, one logit a class.
 *
 * ReLU stands after the pooling: max commutes with it, and there are only a quarter as many values. A convolution before batch
 * norm needs no bias.
 */
export const cnn = defineModel({
  type: 'cnn',
  options,
  build: ({ filters, kernelSize, denseUnits, dropout }, { imageShape, numClasses }) => {
    if (Math.min(imageShape[0], imageShape[1]) < 2 ** filters.length) {
      throw new InputError(
        'MODEL_TOO_DEEP',
        `${filters.length} poolings leave nothing of ${imageShape[0]}×${imageShape[1]} pixels.`,
        {
          where: 'model.filters',
          hint: 'Give fewer filters, or larger images.',
        },
      );
    }
    const model = tf.sequential();
    model.add(tf.layers.inputLayer({ inputShape: [...imageShape] }));
    for (const count of filters) {
      model.add(
        tf.layers.conv2d({
          filters: count,
          kernelSize,
          padding: 'same',
          useBias: false,
          kernelInitializer: 'heNormal',
        }),
      );
      model.add(tf.layers.batchNormalization({ momentum: 0.9 }));
      model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
      model.add(tf.layers.reLU());
    }
    model.add(tf.layers.flatten());
    model.add(tf.layers.dense({ units: denseUnits, activation: 'relu', kernelInitializer: 'heNormal' }));
    model.add(tf.layers.dropout({ rate: dropout }));
    model.add(tf.layers.dense({ units: numClasses }));
    return model;
  },
});
