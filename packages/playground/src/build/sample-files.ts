import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageSize, type ImageShape } from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { mostVaried, quantised, unitVector } from '../feature-vectors.ts';
import { FILES, type SampleIndex } from '../page-data.ts';
import type { Samples } from './samples.ts';

const COLUMNS = 40;
const MOST_DIMENSIONS = 128;
const BATCH = 100;

/**
 * Writes the images as one picture, and the features of those to compare with as one table.
 *
 * @param features images [n, height, width, channels] in [-1, 1] → features [n, width]
 */
export async function writeSamples(
  directory: string,
  { pixels, labels, toTry }: Samples,
  imageShape: ImageShape,
  features: tf.LayersModel,
): Promise<SampleIndex> {
  await writeFile(join(directory, FILES.sprite), await sprite(pixels, imageShape));
  const compared = pixels.subarray(toTry * imageSize(imageShape));
  const { values, width } = featuresInBatches(compared, imageShape, features);
  const dimensions = mostVaried(values, width, MOST_DIMENSIONS);
  const count = labels.length - toTry;
  const table = new Int8Array(count * dimensions.length);
  for (let row = 0; row < count; row++) {
    const vector = unitVector(values.subarray(row * width, (row + 1) * width), dimensions);
    table.set(quantised(vector), row * dimensions.length);
  }
  await writeFile(join(directory, FILES.features), table);
  return { columns: COLUMNS, labels, toTry, dimensions };
}

function sprite(pixels: Uint8Array, [height, width, channels]: ImageShape): Promise<Buffer> {
  const size = height * width * channels;
  const count = pixels.length / size;
  const rows = Math.ceil(count / COLUMNS);
  const sheet = new Uint8Array(rows * COLUMNS * size);
  const line = width * channels;
  for (let k = 0; k < count; k++) {
    const [left, top] = [(k % COLUMNS) * line, Math.floor(k / COLUMNS) * height];
    for (let y = 0; y < height; y++) {
      const from = k * size + y * line;
      sheet.set(pixels.subarray(from, from + line), (top + y) * COLUMNS * line + left);
    }
  }
  const raw = { width: COLUMNS * width, height: rows * height, channels: channels as 1 | 3 };
  const image = sharp(sheet, { raw });
  return (channels === 1 ? image.toColourspace('b-w') : image).png({ compressionLevel: 9 }).toBuffer();
}

function featuresInBatches(
  pixels: Uint8Array,
  imageShape: ImageShape,
  features: tf.LayersModel,
): { values: Float32Array; width: number } {
  const size = imageSize(imageShape);
  const count = pixels.length / size;
  const parts: Float32Array[] = [];
  for (let start = 0; start < count; start += BATCH) {
    const batch = pixels.subarray(start * size, Math.min(count, start + BATCH) * size);
    parts.push(
      tf.tidy(() => {
        const raw = tf.tensor4d(Float32Array.from(batch), [batch.length / size, ...imageShape]);
        return (features.predictOnBatch(tf.sub(tf.div(raw, 127.5), 1)) as tf.Tensor).dataSync<'float32'>();
      }),
    );
  }
  const width = (parts[0]!.length * size) / Math.min(pixels.length, BATCH * size);
  const values = new Float32Array(count * width);
  parts.forEach((part, k) => values.set(part, k * BATCH * width));
  return { values, width };
}
