import type { ImageShape } from '@glyphlab/core';
import type { Split } from '@glyphlab/data';
import { imageTable } from '@glyphlab/nn';
import { type ImageSource, isStream } from '@glyphlab/training';
import * as tf from '@tensorflow/tfjs';

/** A split as steps get it: from memory, or read ahead from its file. */
export function imageSource(split: Split, imageShape: ImageShape): ImageSource {
  const { stored, labels, size } = split;
  if (!stored) return imageTable(split, imageShape);
  return { stored, labels: tf.tensor1d(Int32Array.from(labels), 'int32'), size, imageShape };
}

/** Gives its memory back. */
export const disposeSource = (source: ImageSource): void =>
  tf.dispose(isStream(source) ? source.labels : [source.images, source.labels]);
