import * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';

/** Two classes of images of 2 × 2 pixels; further layers may come before the last. */
export function smallModel(...more: tf.layers.Layer[]): tf.LayersModel {
  const model = tf.sequential();
  model.add(tf.layers.flatten({ inputShape: [2, 2, 1] }));
  for (const layer of more) model.add(layer);
  model.add(tf.layers.dense({ units: 2 }));
  return model;
}

export const smallCard: ModelCard = {
  name: 'a "strange" name',
  dataset: 'none',
  classNames: ['|', '`'],
  imageShape: [2, 2, 1],
  preprocessing: 'pixels / 127.5 - 1',
};
