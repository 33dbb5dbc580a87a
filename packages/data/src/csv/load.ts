import { DataError } from '@glyphlab/core';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { Dataset } from '../dataset.ts';
import { findFile, findFolder } from '../image-folder/files.ts';
import { loadListed } from '../image-folder/load.ts';
import type { ReadOptions } from '../image-folder/decode.ts';
import { listPictures } from './list-pictures.ts';
import type { CsvOptions } from './options.ts';

/**
 * Pictures that a table lists. Parts that it does not name are taken off the training pictures, every class in proportion.
 *
 * @throws DataError if the table is not of this form, or pictures cannot be read and are not to be skipped
 */
export async function loadCsv(
  options: CsvOptions,
  context: Omit<ReadOptions, 'unreadable'> & { env: NodeJS.ProcessEnv; seed: number },
): Promise<Dataset> {
  const file = await findFile(options.file, context.env);
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new DataError('DATA_UNREADABLE', `The table cannot be read: ${cause.message}.`, { where: file, cause });
  });
  const directory = options.directory === undefined ? dirname(file) : await findFolder(options.directory, context.env);
  const listing = await listPictures(text, file, directory, options);
  return loadListed(listing, { type: 'csv', name: basename(file, extname(file)), source: file }, options, context);
}
