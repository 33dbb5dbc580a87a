import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';

/** What the last dense layer of a saved model decides on: its input [n, features], where images of one class lie close. */
export function featuresOf(model: LayersModel): SymbolicTensor {
  const logits = model.layers.at(-1)!.input as SymbolicTensor;
  return logits.sourceLayer.input as SymbolicTensor;
}
