import { DataError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { imagesMagic, labelsMagic, parseImages, parseLabels, unpack } from './idx.ts';
import { idx, imagesIdx, labelsIdx } from './testing/idx-files.ts';

const fault = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    const { code, where, message } = error as DataError;
    return `${code} ${where}: ${message}`;
  }
  return 'none';
};

test('images and labels are read', () => {
  expect(parseImages(idx(imagesMagic, [2, 1, 2], [1, 2, 3, 255]), 'f')).toEqual({
    pixels: Uint8Array.of(1, 2, 3, 255),
    count: 2,
    height: 1,
    width: 2,
  });
  expect(parseLabels(labelsIdx([0, 9, 4]), 'f', 10)).toEqual(Uint8Array.of(0, 9, 4));
});

test('a packed file is unpacked', async () => {
  expect(await unpack(gzipSync(imagesIdx(3)), 'f')).toEqual(imagesIdx(3));
});

test.each<[what: string, work: () => unknown, told: string]>([
  [
    'swapped files',
    () => parseLabels(imagesIdx(2), 'f.gz', 10),
    'DATA_BAD_MAGIC f.gz: The magic number is 2051 (images); expected 2049 (labels).',
  ],
  [
    'other IDX type',
    () => parseImages(idx(0xd03, [1, 1, 1], [0]), 'f.gz'),
    'DATA_BAD_MAGIC f.gz: The magic number is 3331; expected 2051 (images).',
  ],
  [
    'too few images',
    () => parseImages(imagesIdx(3).subarray(0, -1), 'f.gz'),
    'DATA_TRUNCATED f.gz: 17 values are too few: the header says 3 × 2 × 3 = 18.',
  ],
  [
    'trailing bytes',
    () => parseLabels(Buffer.concat([labelsIdx([1]), Buffer.of(0)]), 'f.gz', 10),
    'DATA_TRAILING_BYTES f.gz: 2 values are too many: the header says 1 = 1.',
  ],
  [
    'half a header',
    () => parseImages(imagesIdx(3).subarray(0, 9), 'f.gz'),
    'DATA_TRUNCATED f.gz: The file unpacks to 9 bytes; its header alone has 16.',
  ],
  [
    'no images',
    () => parseImages(idx(imagesMagic, [0, 28, 28], []), 'f.gz'),
    'DATA_EMPTY f.gz: There are no images: the header says 0 × 28 × 28.',
  ],
  ['huge sizes', () => parseImages(idx(imagesMagic, [2 ** 31, 2 ** 31, 2 ** 31], [1]), 'f.gz'), 'DATA_TRUNCATED'],
  [
    'label out of range',
    () => parseLabels(labelsIdx([0, 1, 10]), 'f.gz', 10),
    'DATA_LABEL_RANGE f.gz: Label 2 (counted from 0) is 10; expected 0 to 9.',
  ],
  [
    'not gzip',
    () => unpack(Buffer.from('<html>'), 'f.gz'),
    'DATA_NOT_GZIP f.gz: The file begins with the bytes 3c68; a gzip file begins with 1f8b.',
  ],
  ['empty', () => unpack(Buffer.alloc(0), 'f.gz'), 'DATA_NOT_GZIP f.gz: The file is empty'],
  ['neither packed nor IDX', () => unpack(Buffer.from('<html>'), 'f.gz'), 'DATA_NOT_GZIP'],
  [
    'cut off',
    () => unpack(gzipSync(imagesIdx(40)).subarray(0, 40), 'f.gz'),
    'DATA_TRUNCATED f.gz: The file ends too early',
  ],
  [
    'a byte changed',
    () => unpack(damaged(gzipSync(imagesIdx(40))), 'f.gz'),
    'DATA_DAMAGED f.gz: The file cannot be unpacked',
  ],
])('refused: %s', async (_, work, told) => {
  expect(await fault(work)).toContain(told);
});

/** The checksum at the end no longer fits. */
function damaged(packed: Buffer): Buffer {
  packed[packed.length - 6]! ^= 0xff;
  return packed;
}

test('the magic numbers are those of the format', () => {
  expect([imagesMagic, labelsMagic]).toEqual([2051, 2049]);
});
