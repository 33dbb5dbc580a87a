import type { ImageShape, Labels } from '@glyphlab/core';
import { FLOAT, INT32, isNative, nativeOp, UINT8, uint8Tensor } from '@glyphlab/graph/native-op';
import * as tf from '@tensorflow/tfjs';

/** A split as tensors, of which a step takes rows: one byte a value where the backend can. */
export interface ImageTable {
  /** [size, h, w, c], 0–255. */
  images: tf.Tensor;
  /** int32 [size]. */
  labels: tf.Tensor1D;
  size: number;
  imageShape: ImageShape;
}

/** @param split images uint8 [size, h, w, c], labels [size] */
export function imageTable(
  split: { images: Uint8Array; labels: Labels; size: number },
  imageShape: ImageShape,
): ImageTable {
  const shape = [split.size, ...imageShape];
  return {
    images: isNative() ? uint8Tensor(split.images, shape) : tf.tensor(Float32Array.from(split.images), shape),
    labels: tf.tensor1d(Int32Array.from(split.labels), 'int32'),
    size: split.size,
    imageShape,
  };
}

/**
 * Rows of a table.
 * @param rows int32 [n]
 * @returns images float32 [n, h, w, c], 0–255; labels int32 [n]
 */
export function takeRows(table: ImageTable, rows: tf.Tensor1D): { images: tf.Tensor4D; labels: tf.Tensor1D } {
  const labels = tf.gather(table.labels, rows);
  if (!isNative()) return { images: tf.gather(table.images, rows) as tf.Tensor4D, labels };
  const types = { type: { Tparams: UINT8, Tindices: INT32, Taxis: INT32 }, int: { batch_dims: 0 } };
  const bytes = nativeOp('GatherV2', types, table.images, rows, tf.scalar(0, 'int32'));
  const images = nativeOp('Cast', { type: { SrcT: UINT8, DstT: FLOAT }, bool: { Truncate: false } }, bytes);
  return { images: images as tf.Tensor4D, labels };
}

/** 0–255 → [-1, 1]. */
export const normalise = <T extends tf.Tensor>(images: T): T => tf.sub(tf.mul(images, 1 / 127.5), 1);
