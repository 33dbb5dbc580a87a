import { type ImageShape, DataError, imageSize } from '@glyphlab/core';
import { type Picture, type Preparation, prepareCharacter } from '../prepare.ts';
import { openPicture, type PictureLimits, decoded, type PictureFile } from './open-picture.ts';

export interface PictureOptions extends PictureLimits {
  /** Of the model's input; other sizes than 28 × 28 keep the proportions named at Preparation. */
  imageShape: ImageShape;
  preparation: Preparation;
}

/**
 * Reads a person's picture of one character: a photo or a drawing of any size, with its orientation tag, transparency,
 * colour, dark on light or light on dark, on squared paper, in uneven light.
 *
 * @param source path of a PNG, JPEG, WebP, BMP, GIF, TIFF, AVIF, PGM or PPM file, or its bytes
 * @throws DataError PICTURE_MISSING, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_NOT_AN_IMAGE, PICTURE_UNREADABLE, or
 *   PICTURE_NO_INK if there is no character in it
 */
export async function readPicture(source: string | Uint8Array, options: PictureOptions): Promise<Picture> {
  const { imageShape, preparation } = options;
  const file = await openPicture(source, options);
  if (preparation === 'resize') {
    const box = { left: 0, top: 0, right: file.width, bottom: file.height };
    return { pixels: await resizePicture(file, imageShape), imageShape, box, warnings: [] };
  }
  return prepareCharacter(file, imageShape, preparation);
}

/**
 * The whole picture scaled to an image's size, its proportions not kept, as Keras's image_dataset_from_directory does;
 * grey or colour as the image has it, transparent parts white.
 *
 * @returns pixels `[height, width, channels]`, 0–255
 * @throws DataError PICTURE_UNREADABLE if it is damaged, or its 16 bits hold 12 or fewer
 */
export async function resizePicture(file: PictureFile, imageShape: ImageShape): Promise<Uint8Array> {
  const [height, width, channels] = imageShape;
  if (file.deep) await refuseUnusedBits(file);
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

/** Cameras and scanners write 10 or 12 bits into files of 16: taken as 16, the picture is all but black. */
async function refuseUnusedBits(file: PictureFile): Promise<void> {
  const { channels, isOpaque } = await decoded(file, (image) => image.toColourspace('rgb16').stats());
  const colours = isOpaque || channels.length % 2 === 1 ? channels : channels.slice(0, -1);
  const greatest = Math.max(...colours.map(({ max }) => max));
  if (greatest === 0 || greatest >= 2 ** 12) return;
  throw new DataError(
    'PICTURE_UNREADABLE',
    `It is a 16-bit picture whose values do not exceed ${greatest}: it would look black.`,
    {
      where: file.name,
      hint: 'The values seem to have 12 bits or fewer: scale them to 0–65535, or save the picture with 8 bits.',
    },
  );
}
