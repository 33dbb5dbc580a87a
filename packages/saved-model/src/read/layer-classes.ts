import * as tf from '@tensorflow/tfjs';

const classes = (): tf.serialization.SerializationMap['classNameMap'] =>
  tf.serialization.SerializationMap.getMap().classNameMap;

/** What tfjs registers itself: kinds are loaded later. */
const ofTfjs: ReadonlySet<string> = new Set(Object.keys(classes()));

/** True if plain tfjs does not know the layer, as one that a kind registers. */
export const isOwnLayer = (layer: tf.layers.Layer): boolean => !ofTfjs.has(layer.getClassName());

/** True if a saved model with this layer can be loaded by whoever has its kind. */
export const isRegistered = (layer: tf.layers.Layer): boolean => Object.hasOwn(classes(), layer.getClassName());

/** tfjs saves the activation `gelu_new` and looks for `geluNew` when it loads: it takes every text for one of Python's names. */
export function registerLostNames(): void {
  const known = classes();
  known['geluNew'] ??= known['gelu_new']!;
}
