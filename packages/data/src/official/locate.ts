import { DataError } from '@glyphlab/core';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from './cache-file.ts';
import { officialDatasets, type OfficialDataset, type OfficialFile } from './published.ts';
import { unpack } from './idx.ts';

export type FileRole = keyof OfficialDataset['files'];
export const fileRoles: readonly FileRole[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels'];

/** The four files of a dataset, mostly packed, and the directory they are in. */
export interface FoundFiles {
  directory: string;
  files: Record<FileRole, Buffer>;
  /** Where each of them is. */
  paths: Record<FileRole, string>;
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Whether it is that published file, byte for byte or packed again. */
export async function isOfficial(packed: Buffer, file: OfficialFile): Promise<boolean> {
  if (sha256(packed) === file.sha256) return true;
  if (!file.contentSha256) return false;
  const content = await unpack(packed, file.name).catch(() => undefined);
  return content !== undefined && sha256(content) === file.contentSha256;
}

/** The other one of the `known` datasets that a file belongs to: MNIST and Fashion-MNIST use the same file names. */
function otherOwner(
  packed: Buffer,
  dataset: OfficialDataset,
  known: readonly OfficialDataset[],
): OfficialDataset | undefined {
  const sum = sha256(packed);
  const owns = ({ files }: OfficialDataset) =>
    fileRoles.some((role) => files[role].sha256 === sum || files[role].contentSha256 === sum);
  return owns(dataset) ? undefined : known.find(owns);
}

/**
 * The four files of a dataset, if the directory holds any of them.
 *
 * @param shared whether the directory may hold the files of another dataset instead
 * @throws DataError if some are missing, or they belong to another dataset
 */
async function readDirectory(
  dataset: OfficialDataset,
  directory: string,
  shared: boolean,
  known: readonly OfficialDataset[],
): Promise<FoundFiles | undefined> {
  const read = await Promise.all(fileRoles.map((role) => readAnyName(directory, dataset.files[role].name)));
  const missing = fileRoles.filter((_, index) => !read[index]).map((role) => dataset.files[role].name);
  if (missing.length === fileRoles.length) return undefined;

  for (const file of read) {
    const owner = file && otherOwner(file.data, dataset, known);
    if (owner && shared) return undefined;
    if (owner) {
      throw new DataError('DATA_WRONG_DATASET', `This file belongs to ${owner.name}, not to ${dataset.name}.`, {
        where: file.path,
        hint: `${dataset.name} is at ${dataset.published}.`,
      });
    }
  }
  if (missing.length > 0) {
    throw new DataError(
      'DATA_FILE_MISSING',
      `Of the four files of ${dataset.name}, this directory lacks ${missing.join(', ')}.`,
      {
        where: directory,
        hint: `Get them from ${dataset.published}, or remove the others to have all four downloaded.`,
      },
    );
  }
  return {
    directory,
    files: Object.fromEntries(fileRoles.map((role, index) => [role, read[index]!.data])) as FoundFiles['files'],
    paths: Object.fromEntries(fileRoles.map((role, index) => [role, read[index]!.path])) as FoundFiles['paths'],
  };
}

/** A file under its published name, unpacked, or as Kaggle names it, where a folder of the unpacked name may hold it. */
async function readAnyName(directory: string, published: string): Promise<{ path: string; data: Buffer } | undefined> {
  const unpacked = published.replace(/\.gz$/, '');
  const dotted = unpacked.replace(/-(?=idx\d-ubyte$)/, '.');
  const names = [published, unpacked, dotted, `${dotted}.gz`, join(unpacked, unpacked), join(dotted, dotted)];
  for (const name of names) {
    const path = join(directory, name);
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
    const data = await readIfThere(path);
    if (data) return { path, data };
  }
  return undefined;
}

/**
 * The files of a dataset where a person or a package of the operating system put them.
 *
 * @returns what was found, and where it was looked for
 */
export async function locateFiles(
  dataset: OfficialDataset,
  env: NodeJS.ProcessEnv,
  known: readonly OfficialDataset[] = Object.values(officialDatasets),
): Promise<{ found: FoundFiles | undefined; looked: string[] }> {
  const dataDirectory = env['GLYPHLAB_DATA_DIR'];
  if (dataDirectory && !(await stat(dataDirectory).catch(() => undefined))?.isDirectory()) {
    throw new DataError('DATA_DIR_MISSING', 'GLYPHLAB_DATA_DIR is set to something that is not a directory.', {
      where: dataDirectory,
    });
  }
  const places = [
    ...(dataDirectory
      ? [
          { directory: join(dataDirectory, dataset.type), shared: false },
          { directory: dataDirectory, shared: true },
          // Given the data directory to torchvision, or the dataset's own.
          { directory: join(dataDirectory, dataset.torchvisionDirectory), shared: false },
          { directory: join(dataDirectory, dataset.type, dataset.torchvisionDirectory), shared: false },
        ]
      : []),
    ...dataset.systemDirectories.map((directory) => ({ directory, shared: false })),
  ];
  for (const { directory, shared } of places) {
    const found = await readDirectory(dataset, directory, shared, known);
    if (found) return { found, looked: [] };
  }
  return { found: undefined, looked: places.map(({ directory }) => directory) };
}
