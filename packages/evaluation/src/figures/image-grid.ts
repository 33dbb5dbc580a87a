import type { ImageShape } from '@glyphlab/core';
import { imageSize } from '@glyphlab/core';
import { rasterize } from './render.ts';
import { colours, FONT } from './theme.ts';

/** Images in one array, as data sets hold them. */
export interface Images {
  /** Row-major `[n, height, width, channels]`, 0–255. */
  pixels: Uint8Array;
  imageShape: ImageShape;
}

export interface ImageGridOptions {
  title?: string;
  subtitle?: string;
  /** A text below each image, in the order of the images; line breaks count. */
  captions?: readonly string[];
  /** Images in a row; default 8. */
  columns?: number;
}

/** The images in rows, or in rows of four larger ones if there are at most eight; each with its caption, as PNG. */
export async function drawImageGrid(images: Images, options: ImageGridOptions = {}): Promise<Uint8Array> {
  return rasterize(await imageGridSvg(images, options));
}

const PADDING = 20;
const GAP = 10;
const LINE = 18;

export async function imageGridSvg(
  images: Images,
  { title = 'Images', subtitle = '', captions = [], columns: wanted = 8 }: ImageGridOptions,
): Promise<string> {
  const { imageShape, pixels } = images;
  const count = pixels.length / imageSize(imageShape);
  const [columns, box] = count <= 8 ? [4, 224] : [wanted, 112];
  const lines = Math.max(0, ...captions.map((caption) => caption.split('\n').length));
  const rowHeight = box + GAP + (lines > 0 ? lines * LINE + 4 : 0);
  const top = PADDING + (subtitle ? 64 : 42);
  const width = 2 * PADDING + columns * box + (columns - 1) * GAP;
  const height = top + Math.ceil(count / columns) * rowHeight + PADDING;
  const texts = captions.slice(0, count).flatMap((caption, i) => {
    const x = PADDING + (i % columns) * (box + GAP) + box / 2;
    const y = top + Math.floor(i / columns) * rowHeight + box + 15;
    return caption.split('\n').map((line, row) => captionText(line, x, y + row * LINE, row));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT}">`,
    `<text x="${PADDING}" y="${PADDING + 17}" font-size="21" font-weight="bold">${escape(title)}</text>`,
    subtitle && `<text x="${PADDING}" y="${PADDING + 42}" font-size="15" fill="#444">${escape(subtitle)}</text>`,
    count > 0 && (await tiles(images, { count, columns, box, rowHeight, top, width, height })),
    ...texts,
    '</svg>',
  ]
    .filter(Boolean)
    .join('\n');
}

interface Layout {
  count: number;
  columns: number;
  /** Side of the square an image is fitted into. */
  box: number;
  rowHeight: number;
  top: number;
  width: number;
  height: number;
}

/** All images as one SVG image: each pixel a square where they are enlarged, so that one sees what the network gets. */
async function tiles({ pixels, imageShape }: Images, layout: Layout): Promise<string> {
  const { count, columns, box, rowHeight, top, width, height } = layout;
  const [rows, cols, channels] = imageShape;
  const fit = box / Math.max(rows, cols);
  // Whole multiples look cleanest; below two they would leave too much of the box empty.
  const scale = fit >= 2 ? Math.floor(fit) : fit;
  const [tileWidth, tileHeight] = [Math.max(1, Math.round(cols * scale)), Math.max(1, Math.round(rows * scale))];
  const canvas = new Uint8Array((height - top) * width * 3).fill(255);
  for (let i = 0; i < count; i++) {
    const left = PADDING + (i % columns) * (box + GAP) + Math.floor((box - tileWidth) / 2);
    const upper = Math.floor(i / columns) * rowHeight + Math.floor((box - tileHeight) / 2);
    for (let y = 0; y < tileHeight; y++) {
      const sourceRow = (i * rows + Math.floor(y / scale)) * cols;
      for (let x = 0; x < tileWidth; x++) {
        const source = (sourceRow + Math.floor(x / scale)) * channels;
        const target = ((upper + y) * width + left + x) * 3;
        for (let c = 0; c < 3; c++) canvas[target + c] = pixels[source + (channels === 1 ? 0 : c)]!;
      }
    }
  }
  const { default: sharp } = await import('sharp');
  const png = await sharp(canvas, { raw: { width, height: height - top, channels: 3 } })
    .png({ compressionLevel: 3 })
    .toBuffer();
  return `<image y="${top}" width="${width}" height="${height - top}" href="data:image/png;base64,${png.toString('base64')}"/>`;
}

/** The first line of a caption stands out. */
function captionText(line: string, x: number, y: number, row: number): string {
  const look = row === 0 ? `font-size="15" fill="${colours.black}"` : `font-size="13" fill="#555"`;
  return `<text x="${x}" y="${y}" text-anchor="middle" ${look}>${escape(line)}</text>`;
}

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
