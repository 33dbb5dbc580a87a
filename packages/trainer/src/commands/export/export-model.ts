import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { selectBackend } from '@glyphlab/nn';
import { locateTensorFlow } from '@glyphlab/tensorflow';
import { findModel } from '../../model/find-model.ts';
import { readModel, withProbabilities } from '../../model/model-files.ts';
import { formats, type ModelFormat, writeDocuments } from '../../model/model-formats.ts';
import { terminal } from '../../project/terminal.ts';

export interface ExportOptions {
  model: string;
  format: ModelFormat;
  out: string;
  force?: boolean;
}

/**
 * Writes a saved model in another format, with its card; for ONNX also with `MLmodel`.
 * @throws what `readModel` does; InputError EXPORT_OUT_NOT_EMPTY, EXPORT_OUT_NOT_A_FOLDER, or if a layer cannot be converted
 */
export async function exportModel({ model, format, out, force = false }: ExportOptions): Promise<void> {
  if (!force) await requireEmpty(out);
  // Nothing is computed here: TensorFlow is not worth installing for it.
  const backend = locateTensorFlow() ? 'auto' : 'wasm';
  await selectBackend({ backend, threads: 1, towers: 1, ...terminal });
  const directory = await findModel(model);
  const { network, card } = await readModel(directory);
  const toWrite = { model: withProbabilities(network, card), description: card, example: await exampleOf(directory) };
  await formats[format].write(out, toWrite);
  await writeDocuments(out, toWrite, [format]);
  process.stdout.write(`${join(out, formats[format].file)}\n`);
}

/** The example that a run saved with its model. */
async function exampleOf(directory: string): Promise<unknown> {
  const text = await readFile(join(directory, 'input_example.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { image?: unknown[] }).image?.[0];
}

async function requireEmpty(out: string): Promise<void> {
  const present = await readdir(out).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new InputError('EXPORT_OUT_NOT_A_FOLDER', `This is no folder to write to: ${cause.message}`, {
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
