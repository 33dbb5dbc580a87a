import { decode } from 'bmp-ts';
import { refuseHuge, unreadable } from './errors.ts';

/** sharp does not read BMP, which Windows' Paint still writes. */
export const isBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d && bytes.length >= 26;

export interface RawPicture {
  width: number;
  height: number;
  /** RGBA, four bytes a pixel. */
  data: Uint8Array;
}

/**
 * Decodes a BMP of any depth, compressed by run length or not.
 *
 * @throws DataError PICTURE_TOO_LARGE from the header alone, PICTURE_UNREADABLE if it is damaged
 */
export function decodeBmp(bytes: Uint8Array, name: string | undefined, maxPixels: number): RawPicture {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Older headers, of 12 bytes, the decoder refuses by itself.
  if (buffer.readUInt32LE(14) >= 40)
    refuseHuge(buffer.readUInt32LE(18), Math.abs(buffer.readInt32LE(22)), name, maxPixels);
  try {
    const { width, height, data: abgr, bitPP } = decode(buffer);
    if (!(width > 0 && height > 0)) throw new Error(`Size ${width} × ${height}`);
    const data = new Uint8Array(abgr.length);
    let transparency = 0;
    for (let i = 0; i < abgr.length; i += 4) {
      data[i] = abgr[i + 3]!;
      data[i + 1] = abgr[i + 2]!;
      data[i + 2] = abgr[i + 1]!;
      data[i + 3] = abgr[i]!;
      transparency |= abgr[i]!;
    }
    // Only 32-bit files have an alpha channel, and many programs leave it zero in all pixels.
    if (bitPP !== 32 || transparency === 0) for (let i = 3; i < data.length; i += 4) data[i] = 255;
    return { width, height, data };
  } catch (cause) {
    throw unreadable(name, cause);
  }
}
