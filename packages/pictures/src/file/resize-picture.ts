import { imageSize, type ImageShape } from '@glyphlab/core';
import { decoded, type PictureFile } from './open-picture.ts';

/**
 * The whole picture scaled to an image's size, its proportions not kept, as Keras's image_dataset_from_directory does;
 * grey or colour as the image has it, transparent parts white.
 *
 * @returns pixels `[height, width, channels]`, 0–255
 */
export async function resizePicture(file: PictureFile, imageShape: ImageShape): Promise<Uint8Array> {
  const [height, width, channels] = imageShape;
  const { data, info } = await decoded(file, (image) =>
    image
      .flatten({ background: '#fff' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .resize(width, height, { fit: 'fill' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  );
  if (info.channels === channels) return new Uint8Array(data);
  // A grey file may come with more channels than asked for, or with fewer: its channels are all alike.
  const pixels = new Uint8Array(imageSize(imageShape));
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[Math.floor(i / channels) * info.channels]!;
  return pixels;
}
