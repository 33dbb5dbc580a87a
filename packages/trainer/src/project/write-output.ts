import { stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '@glyphlab/core';
import { writeWhole } from '@glyphlab/core/whole-file';

/** What a person can put right by naming another file. */
const WRONG_PLACE = [
  'EACCES',
  'EBUSY',
  'EEXIST',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'EPERM',
  'EROFS',
];

/**
 * Writes a file that a person has asked for, with the folders that lead to it. A device, as /dev/stdout, is written to and not
 * replaced.
 *
 * @param option that names the file, for messages
 * @throws InputError OUTPUT_NOT_WRITABLE
 */
export async function writeOutput(file: string, content: string | Uint8Array, option: string): Promise<void> {
  const path = resolve(file);
  const refuse = (message: string, cause?: unknown): InputError =>
    new InputError('OUTPUT_NOT_WRITABLE', message, { where: option, cause });
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw refuse(`"${file}" is a folder. Name a file in it.`);
  try {
    await (there && !there.isFile() ? writeFile(path, content) : writeWhole(path, content));
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (!WRONG_PLACE.includes(code)) throw cause;
    throw refuse(`"${file}" cannot be written: ${message}`, cause);
  }
}
