import { DataError } from '@glyphlab/core';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from './cache-file.ts';
import { officialDatasets, type OfficialDataset, type OfficialFile } from './published.ts';
import { unpack } from './idx.ts';

export type FileRole = keyof OfficialDataset['files'];
export const fileRoles: readonly FileRole[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels'];

/** The four packed files of a dataset, and the directory they are in. */
export interface FoundFiles {
  directory: string;
  files: Record<FileRole, Buffer>;
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
  const owns = ({ files }: OfficialDataset) => fileRoles.some((role) => files[role].sha256 === sum);
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
  const read = await Promise.all(fileRoles.map((role) => readIfThere(join(directory, dataset.files[role].name))));
  const missing = fileRoles.filter((_, index) => !read[index]).map((role) => dataset.files[role].name);
  if (missing.length === fileRoles.length) return undefined;

  for (const [index, packed] of read.entries()) {
    const owner = packed && otherOwner(packed, dataset, known);
    if (owner && shared) return undefined;
    if (owner) {
      throw new DataError('DATA_WRONG_DATASET', `This file belongs to ${owner.name}, not to ${dataset.name}.`, {
        where: join(directory, dataset.files[fileRoles[index]!].name),
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
        hint: `Get them from ${dataset.published}, or take the others out to have all four downloaded.`,
      },
    );
  }
  return {
    directory,
    files: Object.fromEntries(fileRoles.map((role, index) => [role, read[index]])) as FoundFiles['files'],
  };
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
    throw new DataError('DATA_DIR_MISSING', 'GLYPHLAB_DATA_DIR names no directory.', { where: dataDirectory });
  }
  const places = [
    ...(dataDirectory
      ? [
          { directory: join(dataDirectory, dataset.type), shared: false },
          { directory: dataDirectory, shared: true },
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
