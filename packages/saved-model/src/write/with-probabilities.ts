import * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';

/** The network with probabilities as its output: images [n, h, w, c] in [-1, 1] → probabilities [n, classes]. */
export function withProbabilities(logits: tf.LayersModel, { name }: ModelCard): tf.LayersModel {
  const probabilities = tf.layers.softmax({ name: 'probabilities' }).apply(logits.outputs[0]!) as tf.SymbolicTensor;
  return tf.model({ inputs: logits.inputs, outputs: probabilities, name: name.replace(/[^\w-]/g, '_') });
}
