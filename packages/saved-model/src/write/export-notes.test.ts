import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { smallModel } from '../testing/small-model.ts';
import { exportNotes } from './export-notes.ts';

class Doubled extends tf.layers.Layer {
  static className = 'DoubledAndNotRegistered';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0]!, 2);
  }
}

test('before it is trained a network says what its model will not do, and no command is asked for', () => {
  expect(exportNotes(smallModel())).toEqual([]);
  expect(exportNotes(smallModel(tf.layers.thresholdedReLU({ name: 'odd' })))).toEqual([
    'The model is saved for tfjs only: layer odd (ThresholdedReLU): Layers of this class cannot be written as ONNX or SavedModel.',
  ]);
  const inner = tf.sequential({ layers: [new Doubled({ inputShape: [4] })] });
  expect(exportNotes(smallModel(inner))[0]).toMatch(/cannot be loaded again: DoubledAndNotRegistered/);
});
