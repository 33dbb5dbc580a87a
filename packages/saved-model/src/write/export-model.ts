import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { type LoadableKind, readModel } from '../read/read-model.ts';
import { joinProbabilities } from './ensemble.ts';
import { formats, type ModelFormat, writeDocuments } from './formats.ts';

export interface ExportOptions {
  format: ModelFormat;
  /** Folder to write to. */
  out: string;
  /** Also into a folder that is not empty; files of the same names are replaced. */
  force?: boolean | undefined;
}

/** A saved model that is to be exported. */
export interface ExportSource {
  /** As a person named it. */
  name: string;
  /** The model's folder. */
  directory: string;
  /** All kinds that are known there. */
  kinds: readonly LoadableKind[];
}

/**
 * Writes a saved model in another format, with its card; for ONNX also with `MLmodel`. Several are written as one, which gives the mean of
 * their probabilities.
 *
 * @returns the file that others ask for
 * @throws what `readModel` does; InputError EXPORT_OUT_NOT_EMPTY, EXPORT_OUT_NOT_A_FOLDER, MODELS_DO_NOT_MATCH, or if a layer cannot be
 *   converted
 */
export async function exportModel(
  sources: readonly ExportSource[],
  { format, out, force = false }: ExportOptions,
): Promise<string> {
  if (!force)
    await requireEmptyFolder(
      out,
      'Name another one, or write into it with --force: files of the same names are replaced.',
    );
  const read = [];
  for (const { name, directory, kinds } of sources) read.push({ name, ...(await readModel(directory, kinds)) });
  const [only] = read;
  const joined = read.length > 1 ? await joinProbabilities(read) : { model: only!.probabilities, card: only!.card };
  const toWrite = { ...joined, example: await exampleOf(sources[0]!.directory) };
  await formats[format].write(out, toWrite);
  await writeDocuments(out, toWrite, [format]);
  return join(out, formats[format].file);
}

/** The example that a run saved with its model. */
async function exampleOf(directory: string): Promise<unknown> {
  const text = await readFile(join(directory, 'input_example.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { image?: unknown[] }).image?.[0];
}

/** @throws InputError EXPORT_OUT_NOT_EMPTY with the hint, EXPORT_OUT_NOT_A_FOLDER */
export async function requireEmptyFolder(out: string, hint: string): Promise<void> {
  const present = await readdir(out).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new InputError('EXPORT_OUT_NOT_A_FOLDER', `This folder cannot be written to: ${cause.message}`, {
      where: '--out',
      cause,
    });
  });
  if (present.length > 0)
    throw new InputError('EXPORT_OUT_NOT_EMPTY', `The folder ${out} is not empty.`, {
      where: '--out',
      hint,
    });
}
