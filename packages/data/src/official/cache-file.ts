import { DataError } from '@glyphlab/core';
import { writeWhole } from '@glyphlab/core/whole-file';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The file, or undefined if there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DataError('DATA_UNREADABLE', `The file cannot be read: ${message}.`, { where: path, cause });
  }
}

const notWritable = (directory: string, cause: unknown): DataError =>
  new DataError('DATA_DIR_NOT_WRITABLE', `The cache directory cannot be written: ${(cause as Error).message}.`, {
    where: directory,
    hint: 'Name another one in GLYPHLAB_CACHE_DIR, or put the files into a directory named by GLYPHLAB_DATA_DIR.',
    cause,
  });

/**
 * Writes a file that the user should have afterwards.
 *
 * @throws DataError if it cannot be written, as when the disk is full
 */
export async function writeCached(directory: string, name: string, data: Uint8Array): Promise<void> {
  await writeWhole(join(directory, name), data).catch((cause: unknown) => {
    throw notWritable(directory, cause);
  });
}

/** @throws DataError if nothing can be written to the directory; it is made if it is missing */
export async function requireWritable(directory: string): Promise<void> {
  const probe = `.${randomUUID()}.part`;
  await writeCached(directory, probe, new Uint8Array());
  await rm(join(directory, probe), { force: true });
}
