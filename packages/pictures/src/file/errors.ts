import { DataError } from '@glyphlab/core';

const startsWith = (bytes: Uint8Array, at: number, text: string) =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;

/** How files of the kinds that are read begin. */
const BEGINNINGS = ['\x89PNG', '\xff\xd8\xff', 'RIFF', 'GIF8', 'II*\0', 'MM\0*'];

/**
 * Bytes that are no picture of a kind that is read, or the torn beginning of one.
 *
 * @param cause what the decoder said of the header, if it looked at it
 */
export function notAnImage(bytes: Uint8Array, name: string | undefined, cause?: unknown): DataError {
  if (cause && BEGINNINGS.some((beginning) => startsWith(bytes, 0, beginning))) return unreadable(name, cause);
  const apple = ['ftyphei', 'ftyphev', 'ftypmif1', 'ftypmsf1'].some((brand) => startsWith(bytes, 4, brand));
  if (apple) {
    return new DataError('PICTURE_NOT_AN_IMAGE', 'HEIC pictures cannot be read.', {
      where: name,
      hint: 'Save it as JPEG. An iPhone takes JPEG with Settings › Camera › Formats › Most Compatible.',
    });
  }
  return new DataError('PICTURE_NOT_AN_IMAGE', 'This is not a picture.', {
    where: name,
    hint: 'PNG, JPEG, WebP and BMP are read, and GIF, TIFF, AVIF, PGM and PPM too.',
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
  throw new DataError('PICTURE_TOO_LARGE', `The picture is ${width} × ${height} pixels.`, {
    where: name,
    hint: `At most ${(maxPixels / 1e6).toFixed(0)} megapixels are read: scale it down.`,
  });
}
