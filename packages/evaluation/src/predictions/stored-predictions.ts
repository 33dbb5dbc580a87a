import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { DataError, imageSize, type ImageShape, type Predictions } from '@glyphlab/core';
import type { SplitImages } from '../figures/mistakes.ts';
import { predictedClasses } from '../metrics/predicted-classes.ts';

/** Artifact of a run: what its network said of each test image. */
export const PREDICTIONS_FILE = 'predictions/test.json.gz';

/** What a network said of each image of a split, and the images that it read wrong. */
export interface StoredPredictions {
  classNames: readonly string[];
  /** Class numbers, [size]. */
  labels: Uint16Array;
  predicted: Uint16Array;
  /** Probability of the predicted class and of the true one, 0–1 in steps of 1/65535. */
  confidence: Float32Array;
  labelProbability: Float32Array;
  /** The worst mistakes first: `pixels` uint8 [mistakes, h, w, c]. */
  mistakes: { indices: number[]; pixels: Uint8Array; imageShape: ImageShape };
}

/** So many bytes of pixels at most: about 2,500 digits, or 13 photographs of 224 pixels in colour. */
const MAX_PIXEL_BYTES = 2_000_000;

interface FileContent {
  version: 1;
  classNames: readonly string[];
  /** Base64 of little-endian uint16; probabilities in steps of 1/65535. */
  labels: string;
  predicted: string;
  confidence: string;
  labelProbability: string;
  /** Pixels as base64 of bytes. */
  mistakes: { indices: number[]; pixels: string; imageShape: ImageShape };
}

/**
 * Predictions as a small file: about 20 kB for 10,000 images with 100 mistakes. Gzipped JSON, which any language reads.
 *
 * @param images of the split, in the order of the predictions
 */
export async function encodePredictions(predictions: Predictions, images: SplitImages): Promise<Uint8Array> {
  const { labels, probabilities, classNames } = predictions;
  const predicted = predictedClasses(predictions);
  const at = (k: number, which: ArrayLike<number>): number => probabilities[k * classNames.length + which[k]!]!;
  const shares = (which: ArrayLike<number>): Uint16Array =>
    Uint16Array.from(labels, (_, k) => Math.round(65_535 * Math.min(1, at(k, which))));
  const length = imageSize(images.imageShape);
  const indices = [...labels.keys()]
    .filter((k) => predicted[k] !== labels[k])
    .sort((a, b) => at(a, labels) - at(b, labels))
    .slice(0, Math.max(1, Math.floor(MAX_PIXEL_BYTES / length)));
  const pixels = Buffer.from(images.pixelsOf(indices));
  const content: FileContent = {
    version: 1,
    classNames,
    labels: toText(Uint16Array.from(labels)),
    predicted: toText(Uint16Array.from(predicted)),
    confidence: toText(shares(predicted)),
    labelProbability: toText(shares(labels)),
    mistakes: { indices, pixels: pixels.toString('base64'), imageShape: images.imageShape },
  };
  return promisify(gzip)(JSON.stringify(content));
}

/** @throws DataError if the bytes are no such file */
export function decodePredictions(bytes: Uint8Array): StoredPredictions {
  try {
    const content = JSON.parse(gunzipSync(bytes).toString()) as FileContent;
    if (content.version !== 1) throw new TypeError(`version ${String(content.version)}`);
    const { mistakes } = content;
    const shares = (text: string): Float32Array => Float32Array.from(fromText(text), (value) => value / 65_535);
    return {
      classNames: content.classNames,
      labels: fromText(content.labels),
      predicted: fromText(content.predicted),
      confidence: shares(content.confidence),
      labelProbability: shares(content.labelProbability),
      mistakes: { ...mistakes, pixels: new Uint8Array(Buffer.from(mistakes.pixels, 'base64')) },
    };
  } catch (cause) {
    throw new DataError('PREDICTIONS_DAMAGED', 'The stored predictions cannot be read.', {
      where: PREDICTIONS_FILE,
      cause,
    });
  }
}

/** Base64 of little-endian numbers. */
export const toText = (values: Uint16Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

/** Of {@link toText}. */
export function fromText(text: string): Uint16Array {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return new Uint16Array(bytes.buffer, 0, bytes.length / 2);
}

/** Whether each image was read right. */
export const rightOf = ({ labels, predicted }: Pick<StoredPredictions, 'labels' | 'predicted'>): boolean[] =>
  Array.from(labels, (label, k) => predicted[k] === label);
