import { refuseHuge, unreadable } from './errors.ts';
import type { RawPicture } from './bmp.ts';

/** sharp does not read Netpbm's PGM and PPM, which tools for data sets write: P2 and P3 are text, P5 and P6 bytes. */
export const isPnm = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && [0x32, 0x33, 0x35, 0x36].includes(bytes[1]!) && isSpace(bytes[2]);

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || (byte !== undefined && byte >= 9 && byte <= 13);

/**
 * Decodes a PGM or PPM of up to 16 bits; values are scaled by the greatest one that the header allows.
 *
 * @throws DataError PICTURE_TOO_LARGE from the header alone, PICTURE_UNREADABLE if it is damaged
 */
export function decodePnm(bytes: Uint8Array, name: string | undefined, maxPixels: number): RawPicture {
  const broken = (what: string) => unreadable(name, new Error(what));
  let at = 2;
  /** The next number of the text, comments passed over; NaN if there is none. */
  const next = (): number => {
    for (; isSpace(bytes[at]) || bytes[at] === 0x23; at++) if (bytes[at] === 0x23) at = endOfLine(bytes, at);
    const start = at;
    while (at < bytes.length && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
    return at === start ? NaN : Number(Buffer.from(bytes.subarray(start, at)).toString('latin1'));
  };
  const [width, height, most] = [next(), next(), next()];
  if (!(width > 0 && height > 0 && most > 0 && most < 2 ** 16)) throw broken('bad header');
  refuseHuge(width, height, name, maxPixels);
  const colour = bytes[1] === 0x33 || bytes[1] === 0x36;
  const isText = bytes[1]! <= 0x33;
  at += isText ? 0 : 1;
  const wide = most > 255 ? 2 : 1;
  const count = width * height * (colour ? 3 : 1);
  if (isText ? at + count > bytes.length : at + count * wide > bytes.length) throw broken('too few pixels');

  const read = isText ? next : () => (wide === 1 ? bytes[at++]! : (bytes[at++]! << 8) | bytes[at++]!);
  const value = (): number => Math.round((Math.min(most, read()) * 255) / most);
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < data.length; i += 4) {
    const red = value();
    if (Number.isNaN(red)) throw broken('too few pixels');
    data.set(colour ? [red, value(), value(), 255] : [red, red, red, 255], i);
  }
  return { width, height, data };
}

function endOfLine(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(0x0a, from);
  return end < 0 ? bytes.length : end;
}
