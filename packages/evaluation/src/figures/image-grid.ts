import type { ImageShape } from '@glyphlab/core';
import type { Evaluation } from '../metrics/evaluate-predictions.ts';
import { renderPng } from './render.ts';

/** Images in one array, as data sets hold them. */
export interface Images {
  /** Row-major `[n, height, width, channels]`, 0–255. */
  pixels: Uint8Array;
  imageShape: ImageShape;
}

export interface ImageGridOptions {
  title?: string;
  subtitle?: string;
  /** One text below each image. */
  captions?: readonly string[];
}

/** The images side by side in rows, each with its caption, as PNG. */
export function drawImageGrid(images: Images, options: ImageGridOptions = {}): Promise<Uint8Array> {
  (void images, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}

/**
 * The worst mistakes, each with its true class, the predicted one and that one's probability, as PNG.
 *
 * @param images all images of the evaluated split, in its order
 */
export function drawMistakes(
  evaluation: Pick<Evaluation, 'mistakes' | 'classNames' | 'count' | 'accuracy'>,
  images: Images,
  options: { title?: string } = {},
): Promise<Uint8Array> {
  (void evaluation, images, options);
  return renderPng({ data: { values: [] }, mark: 'point' });
}
