import { DataError } from '@glyphlab/core';

const startsWith = (bytes: Uint8Array, at: number, text: string) =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;

/** Bytes that are no picture of a kind that is read. */
export function notAnImage(bytes: Uint8Array, name: string | undefined): DataError {
  const apple = startsWith(bytes, 4, 'ftyphei') || startsWith(bytes, 4, 'ftypmif1');
  return new DataError('PICTURE_NOT_AN_IMAGE', apple ? 'HEIC pictures cannot be read.' : 'This is not a picture.', {
    where: name,
    hint: 'PNG, JPEG, WebP and BMP are read, and GIF, TIFF and AVIF too.',
  });
}

/** A picture whose header is right and whose pixels are not. */
export const unreadable = (name: string | undefined, cause: unknown): DataError =>
  new DataError('PICTURE_UNREADABLE', 'The picture is damaged or cut short.', {
    where: name,
    hint: `The decoder says: ${cause instanceof Error ? cause.message.trim().split('\n')[0] : String(cause)}`,
    cause,
  });

/** Stops a small file that unfolds into a huge picture, before memory is taken for it. */
export function refuseHuge(width: number, height: number, name: string | undefined, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new DataError('PICTURE_TOO_LARGE', `The picture has ${width} × ${height} pixels.`, {
    where: name,
    hint: `At most ${(maxPixels / 1e6).toFixed(0)} megapixels are read: scale it down.`,
  });
}
