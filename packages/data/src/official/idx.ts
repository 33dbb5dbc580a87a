import { DataError } from '@glyphlab/core';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const inflate = promisify(gunzip);

/** First four bytes of an IDX file of unsigned bytes: 0, 0, type 8, number of dimensions. */
export const imagesMagic = 0x803;
export const labelsMagic = 0x801;

/** No dataset here comes near; a file that unpacks to more is not one. */
const maxUnpackedBytes = 2 ** 31;

/** What zlib hands over at a time: its default of 16 KB makes 3,000 pieces of MNIST's images, and takes twice as long. */
const chunkSize = 2 ** 20;

export interface IdxImages {
  /** Values 0–255, [count, height, width]. */
  pixels: Uint8Array;
  count: number;
  height: number;
  width: number;
}

/**
 * Unpacks a gz file; an IDX file that was unpacked already, as browsers and Kaggle do, is given back as it is.
 *
 * @param file as messages name it
 */
export async function unpack(packed: Uint8Array, file: string): Promise<Buffer> {
  const begins = Buffer.from(packed.subarray(0, 2)).toString('hex');
  if (begins === '0000') return Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (begins !== '1f8b') {
    const found = packed.length === 0 ? 'The file is empty' : `The file begins with the bytes ${begins}`;
    throw new DataError('DATA_NOT_GZIP', `${found}; a gzip file begins with 1f8b.`, {
      where: file,
      hint: 'Download it again; a failed download often leaves a web page.',
    });
  }
  try {
    return await inflate(packed, { maxOutputLength: maxUnpackedBytes, chunkSize });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') {
      throw new DataError('DATA_TRUNCATED', `The file ends too early: its ${packed.length} bytes are not all of it.`, {
        where: file,
        cause,
      });
    }
    throw new DataError('DATA_DAMAGED', `The file cannot be unpacked: ${message}.`, {
      where: file,
      hint: 'Download it again.',
      cause,
    });
  }
}

/** The body behind the header, of exactly the length that the header tells. */
function body(data: Buffer, file: string, magic: number, what: string): { sizes: number[]; values: Uint8Array } {
  const headerBytes = 4 + 4 * (magic & 0xff);
  if (data.length < headerBytes) {
    throw new DataError(
      'DATA_TRUNCATED',
      `The file unpacks to ${data.length} bytes; its header alone has ${headerBytes}.`,
      { where: file },
    );
  }
  const found = data.readUInt32BE(0);
  if (found !== magic) {
    const is = found === imagesMagic ? ' (images)' : found === labelsMagic ? ' (labels)' : '';
    throw new DataError('DATA_BAD_MAGIC', `The magic number is ${found}${is}; expected ${magic} (${what}).`, {
      where: file,
    });
  }
  const sizes = Array.from({ length: magic & 0xff }, (_, i) => data.readUInt32BE(4 + 4 * i));
  const expected = sizes.reduce((product, size) => product * size, 1);
  // A plain view: Buffer is a Uint8Array whose slice() does not copy.
  const values = new Uint8Array(data.buffer, data.byteOffset + headerBytes, data.length - headerBytes);
  if (values.length !== expected) {
    const [code, how] = values.length < expected ? ['DATA_TRUNCATED', 'too few'] : ['DATA_TRAILING_BYTES', 'too many'];
    throw new DataError(
      code!,
      `${values.length} values are ${how}: the header says ${sizes.join(' × ')} = ${expected}.`,
      { where: file },
    );
  }
  if (expected === 0)
    throw new DataError('DATA_EMPTY', `There are no ${what}: the header says ${sizes.join(' × ')}.`, { where: file });
  return { sizes, values };
}

/** @throws DataError if it is not a whole IDX file of images */
export function parseImages(data: Buffer, file: string): IdxImages {
  const { sizes, values } = body(data, file, imagesMagic, 'images');
  const [count, height, width] = sizes as [number, number, number];
  return { pixels: values, count, height, width };
}

/**
 * Labels, each below `numClasses`.
 *
 * @throws DataError if it is not a whole IDX file of labels, or a label is out of range
 */
export function parseLabels(data: Buffer, file: string, numClasses: number): Uint8Array {
  const { values } = body(data, file, labelsMagic, 'labels');
  const wrong = values.findIndex((label) => label >= numClasses);
  if (wrong >= 0) {
    throw new DataError(
      'DATA_LABEL_RANGE',
      `Label ${wrong} (counted from 0) is ${values[wrong]}; expected 0 to ${numClasses - 1}.`,
      { where: file },
    );
  }
  return values;
}
