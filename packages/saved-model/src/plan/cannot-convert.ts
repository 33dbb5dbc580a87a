import { InputError } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';

/** @param known classes that can be converted, if this one cannot at all */
export function cannotConvert(layer: tf.layers.Layer, why?: string, known?: readonly string[]): InputError {
  const what = known
    ? 'Layers of this class cannot be written as ONNX or SavedModel'
    : 'It cannot be written as ONNX or SavedModel';
  return new InputError('EXPORT_LAYER', why === undefined ? `${what}.` : `${what}: ${why}.`, {
    where: `layer ${layer.name} (${layer.getClassName()})`,
    hint: `Use another layer, or export to tfjs, which keeps every layer.${known ? ` Known are ${known.join(', ')}.` : ''}`,
  });
}
