import { type ImageShape, percent } from '@glyphlab/core';
import type { Evaluation } from '../metrics/evaluate-predictions.ts';
import { imageGridSvg, type ImageGridOptions } from './image-grid.ts';
import { rasterize } from './render.ts';
import { drawableNames, short, textWidth } from './text/names.ts';

type Mistakes = Pick<Evaluation, 'mistakes' | 'classNames' | 'count' | 'accuracy'>;

/** Images of a split by their numbers in it, from wherever they are. */
export interface SplitImages {
  /** @returns one after the other */
  pixelsOf(indices: readonly number[]): Uint8Array;
  imageShape: ImageShape;
}

/**
 * The worst mistakes, each with its true class, the predicted one and that one's probability, as PNG.
 *
 * @param images of the evaluated split
 */
export async function drawMistakes(
  evaluation: Mistakes,
  images: SplitImages,
  options: Pick<ImageGridOptions, 'title' | 'columns'> = {},
): Promise<Uint8Array> {
  return rasterize(await mistakesSvg(evaluation, images, options));
}

/** Characters that fit below one image. */
const CAPTION_LENGTH = 13;

export function mistakesSvg(
  { mistakes, classNames, count, accuracy }: Mistakes,
  images: SplitImages,
  { title = 'Worst mistakes', ...options }: Pick<ImageGridOptions, 'title' | 'columns'>,
): Promise<string> {
  const wrong = Math.round(count * (1 - accuracy));
  const pixels = images.pixelsOf(mistakes.map(({ index }) => index));
  const names = drawableNames(classNames);
  const name = (k: number) => short(names[k]!, CAPTION_LENGTH - 2);
  const oneLine = mistakes.every(
    ({ label, predicted }) => textWidth(`${name(label)} → ${name(predicted)}`) <= CAPTION_LENGTH,
  );
  const captions = mistakes.map(({ label, predicted, probability }) =>
    [`${name(label)}${oneLine ? ' ' : '\n'}→ ${name(predicted)}`, percent(probability, 1)].join('\n'),
  );
  const shown = mistakes.length < wrong ? `${mistakes.length} worst of ` : '';
  const found = `${wrong.toLocaleString('en')} ${wrong === 1 ? 'mistake' : 'mistakes'}`;
  const subtitle =
    (mistakes.length === 0 ? 'None' : shown + found) +
    ` among ${count.toLocaleString('en')} images` +
    (mistakes.length === 0 ? '' : ': true → predicted, its probability');
  return imageGridSvg({ pixels, imageShape: images.imageShape }, { title, subtitle, captions, ...options });
}
