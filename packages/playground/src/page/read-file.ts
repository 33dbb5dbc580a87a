import { DataError, type ImageShape } from '@glyphlab/core';
import { type Picture, prepareCharacter, type PictureSource } from '@glyphlab/pictures';
import type { PageData } from '../page-data.ts';
import type { Content } from './content.ts';
import { element } from './element.ts';

/** Above this, phones run out of memory. */
const MOST_PIXELS = 100e6;

/**
 * Decodes a person's picture and prepares it as the model's training images were.
 *
 * @throws DataError PICTURE_NOT_AN_IMAGE, PICTURE_TOO_LARGE or PICTURE_NO_INK
 */
export async function readFile(file: Blob, { imageShape, preparation }: PageData): Promise<Content> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch((cause: unknown) => {
    throw new DataError('PICTURE_NOT_AN_IMAGE', 'This is not a picture that your browser can read.', { cause });
  });
  if (bitmap.width * bitmap.height > MOST_PIXELS)
    throw new DataError('PICTURE_TOO_LARGE', 'This picture is too large: at most 100 megapixels are read.');
  const source = sourceOf(bitmap);
  const picture =
    preparation === 'resize'
      ? await resized(source, imageShape)
      : await prepareCharacter(source, imageShape, preparation);
  return { kind: 'picture', bitmap, picture };
}

function sourceOf(bitmap: ImageBitmap): PictureSource {
  return {
    name: undefined,
    width: bitmap.width,
    height: bitmap.height,
    scaled: async ({ left, top, right, bottom }, width, height) => {
      const context = new OffscreenCanvas(width, height).getContext('2d')!;
      context.imageSmoothingQuality = 'high';
      context.drawImage(bitmap, left, top, right - left, bottom - top, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    },
  };
}

/** The whole picture at the image's size, transparent parts white. */
async function resized(source: PictureSource, imageShape: ImageShape): Promise<Picture> {
  const [height, width, channels] = imageShape;
  const box = { left: 0, top: 0, right: source.width, bottom: source.height };
  const rgba = await source.scaled(box, width, height);
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const alpha = rgba[4 * i + 3]! / 255;
    const [r, g, b] = [0, 1, 2].map((c) => alpha * rgba[4 * i + c]! + (1 - alpha) * 255) as [number, number, number];
    // Rec. 709 brightness, as sharp reduces colours to grey.
    if (channels === 1) pixels[i] = Math.round(0.2126 * r + 0.7152 * g + 0.0722 * b);
    else pixels.set([r, g, b].map(Math.round), 3 * i);
  }
  return { pixels, imageShape, box, warnings: [] };
}

/** Takes pictures that are chosen, dropped anywhere on the page, or pasted. */
export function takePictures(onPicture: (file: Blob) => void): void {
  const input = element<HTMLInputElement>('file');
  element('choose').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    if (input.files?.[0]) onPicture(input.files[0]);
    // The same file may be chosen again.
    input.value = '';
  });

  document.addEventListener('paste', (event) => {
    const file = firstFile(event.clipboardData);
    if (file) onPicture(file);
  });

  const over = (yes: boolean) => document.body.classList.toggle('over', yes);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    over(event.dataTransfer?.types.includes('Files') ?? false);
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) over(false);
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    const file = firstFile(event.dataTransfer);
    if (file) onPicture(file);
  });
}

const firstFile = (data: DataTransfer | null): File | undefined => data?.files[0];
