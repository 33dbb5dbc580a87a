import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { imagesMagic, labelsMagic } from '../idx.ts';
import type { FileRole } from '../locate.ts';
import type { OfficialDataset, OfficialFile } from '../published.ts';

/** An IDX file, unpacked. */
export function idx(magic: number, sizes: readonly number[], values: Uint8Array | readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  [magic, ...sizes].forEach((value, i) => header.writeUInt32BE(value, 4 * i));
  return Buffer.concat([header, Uint8Array.from(values)]);
}

/** `count` images of 2 × 3 pixels; all pixels of image i are i, but for the first, which is 255. */
export const imagesIdx = (count: number): Buffer =>
  idx(
    imagesMagic,
    [count, 2, 3],
    Array.from({ length: count * 6 }, (_, i) => (i % 6 === 0 ? 255 : Math.floor(i / 6))),
  );

export const labelsIdx = (labels: readonly number[]): Buffer => idx(labelsMagic, [labels.length], labels);

const trainLabels = Array.from({ length: 40 }, (_, i) => i % 2);

/** The four files of a little dataset with two classes: 40 training and 6 test images. */
export const littleFiles: Record<FileRole, Buffer> = {
  trainImages: gzipSync(imagesIdx(40)),
  trainLabels: gzipSync(labelsIdx(trainLabels)),
  testImages: gzipSync(imagesIdx(6)),
  testLabels: gzipSync(labelsIdx([0, 1, 0, 1, 0, 1])),
};

export const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

const describe = (name: string, data: Buffer): OfficialFile => ({ name, bytes: data.length, sha256: sha256(data) });

/** A dataset whose official files are `littleFiles`. */
export const littleDataset = (change: Partial<OfficialDataset> = {}): OfficialDataset => ({
  type: 'little',
  name: 'Little',
  published: 'a book',
  classNames: ['even', 'odd'],
  mirrors: [],
  systemDirectories: [],
  torchvisionDirectory: 'Little/raw',
  transposed: false,
  files: {
    trainImages: describe('train-images.gz', littleFiles.trainImages),
    trainLabels: describe('train-labels.gz', littleFiles.trainLabels),
    testImages: describe('test-images.gz', littleFiles.testImages),
    testLabels: describe('test-labels.gz', littleFiles.testLabels),
  },
  ...change,
});

/** Writes files, with `undefined` for those to leave out. */
export function writeFiles(directory: string, files: Record<string, Uint8Array | undefined>): string {
  for (const [name, data] of Object.entries(files)) {
    if (!data) continue;
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), data);
  }
  return directory;
}

/** `littleFiles` under their names, with some of them changed. */
export const namedFiles = (
  change: Partial<Record<FileRole, Buffer | undefined>> = {},
): Record<string, Buffer | undefined> => {
  const { files } = littleDataset();
  const all = { ...littleFiles, ...change };
  return Object.fromEntries((Object.keys(files) as FileRole[]).map((role) => [files[role].name, all[role]]));
};
