import { type ImageShape } from '@glyphlab/core';
import type { StoredImages } from '@glyphlab/core/stored-images';
import { type ImageTable, takeRows } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';

/** A split whose images lie in a file, and are read ahead of the steps. */
export interface ImageStream {
  stored: StoredImages;
  /** int32 [size]. */
  labels: tf.Tensor1D;
  size: number;
  imageShape: ImageShape;
}

/** Where a step has its images from: from a tensor that holds all, or from its inputs. */
export type ImageSource = ImageTable | ImageStream;

export const isStream = (source: ImageSource): source is ImageStream => 'stored' in source;

/** The tensors that steps share. */
export const residentOf = (source: ImageSource): tf.Tensor[] =>
  isStream(source) ? [] : [source.images, source.labels];

/** What a step is given of a batch: `rows` int32 [n]; or `images` float32 [n, h, w, c], 0–255, and `labels` int32 [n]. */
export type Batch = Record<string, tf.Tensor>;

/** The parts of a step's inputs that make up its batch. */
export const batchOf = (inputs: Record<string, tf.Tensor>): Batch =>
  Object.fromEntries(
    ['rows', 'images', 'labels'].flatMap((name) => (inputs[name] ? [[name, inputs[name]] as const] : [])),
  );

/** Images float32 [n, h, w, c], 0–255, and labels int32 [n] of a batch. */
export function takeBatch(source: ImageSource, batch: Batch): { images: tf.Tensor4D; labels: tf.Tensor1D } {
  if (!isStream(source)) return takeRows(source, batch['rows'] as tf.Tensor1D);
  return { images: batch['images'] as tf.Tensor4D, labels: batch['labels'] as tf.Tensor1D };
}
