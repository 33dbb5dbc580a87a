import type { ImageShape } from '@glyphlab/core';
import { prepareDrawing } from '@glyphlab/pictures';
import type { PageData } from '../page-data.ts';
import type { Content } from './content.ts';
import type { PageSamples } from './page-samples.ts';
import { drawStrokes, type Stroke } from './strokes.ts';

/** Side at which strokes are measured: several pixels to one of the network's, and quick. */
const SIDE = 160;

const raster = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true })!;

/** What the network is to see of the content: [height, width, channels], 0–255; undefined if there is nothing. */
export function toPixels(content: Content, page: PageData, samples: PageSamples | undefined): Uint8Array | undefined {
  if (content.kind === 'picture') return content.picture.pixels;
  if (content.kind === 'sample') return samples?.pixels(content.sample);
  if (content.strokes.length === 0) return undefined;
  raster.clearRect(0, 0, SIDE, SIDE);
  drawStrokes(raster, content.strokes, SIDE);
  if (page.preparation === 'resize') return shrunk(page.imageShape);
  return prepareDrawing(inkMask(), SIDE, page.imageShape, page.preparation);
}

function inkMask(): Uint8Array {
  const { data } = raster.getImageData(0, 0, SIDE, SIDE);
  const mask = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < mask.length; i++) mask[i] = data[4 * i + 3]! > 127 ? 1 : 0;
  return mask;
}

/** All of the drawing area at the image's size, light on black. */
function shrunk([height, width, channels]: ImageShape): Uint8Array {
  const small = new OffscreenCanvas(width, height).getContext('2d')!;
  small.imageSmoothingQuality = 'high';
  small.drawImage(raster.canvas, 0, 0, width, height);
  const { data } = small.getImageData(0, 0, width, height);
  return Uint8Array.from({ length: width * height * channels }, (_, i) => data[Math.floor(i / channels) * 4 + 3]!);
}

/** Strokes with one more, where there are strokes; a picture gives way to the first stroke. */
export function withStroke(content: Content, stroke: Stroke): Content {
  return { kind: 'drawing', strokes: [...(content.kind === 'drawing' ? content.strokes : []), stroke] };
}
