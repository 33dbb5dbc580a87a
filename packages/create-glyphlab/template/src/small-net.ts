import type { ModelInput } from '@glyphlab/trainer';
import * as tf from '@tensorflow/tfjs';

/** Images [n, height, width, channels] in [-1, 1] → logits [n, numClasses], without a softmax. */
export function buildSmallNet(
  { filters }: { filters: number },
  { imageShape, numClasses }: ModelInput,
): tf.LayersModel {
  const { conv2d, dense, flatten, maxPooling2d } = tf.layers;
  return tf.sequential({
    layers: [
      conv2d({ inputShape: [...imageShape], filters, kernelSize: 3, padding: 'same', activation: 'relu' }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 2 * filters, kernelSize: 3, padding: 'same', activation: 'relu' }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 64, activation: 'relu' }),
      dense({ units: numClasses }),
    ],
  });
}
