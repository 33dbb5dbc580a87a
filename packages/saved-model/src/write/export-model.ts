import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { type LoadableKind, readModel } from '../read/read-model.ts';
import { formats, type ModelFormat, writeDocuments } from './formats.ts';
import { withProbabilities } from './write-model.ts';

export interface ExportOptions {
  format: ModelFormat;
  /** Folder to write to. */
  out: string;
  /** Also into a folder that is not empty; files of the same names are replaced. */
  force?: boolean | undefined;
}

/**
 * Writes a saved model in another format, with its card; for ONNX also with `MLmodel`.
 *
 * @param directory the model's folder
 * @param kinds all that are known here
 * @returns the file that others ask for
 * @throws what `readModel` does; InputError EXPORT_OUT_NOT_EMPTY, EXPORT_OUT_NOT_A_FOLDER, or if a layer cannot be converted
 */
export async function exportModel(
  directory: string,
  kinds: readonly LoadableKind[],
  { format, out, force = false }: ExportOptions,
): Promise<string> {
  if (!force) await requireEmpty(out);
  const { model, card } = await readModel(directory, kinds);
  const toWrite = { model: withProbabilities(model, card), card, example: await exampleOf(directory) };
  await formats[format].write(out, toWrite);
  await writeDocuments(out, toWrite, [format]);
  return join(out, formats[format].file);
}

/** The example that a run saved with its model. */
async function exampleOf(directory: string): Promise<unknown> {
  const text = await readFile(join(directory, 'input_example.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { image?: unknown[] }).image?.[0];
}

async function requireEmpty(out: string): Promise<void> {
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
      hint: 'Name another one, or write into it with --force: files of the same names are replaced.',
    });
}
