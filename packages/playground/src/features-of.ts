import type { SymbolicTensor } from '@tensorflow/tfjs-layers';

/** What the last dense layer decides on: the input [n, features] of the one that makes the logits, where images of a class lie close. */
export const featuresOf = (logits: SymbolicTensor): SymbolicTensor => logits.sourceLayer.input as SymbolicTensor;
