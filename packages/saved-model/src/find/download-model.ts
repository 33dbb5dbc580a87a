import { mkdir, mkdtemp, readdir, rename, rm, stat, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { collect, DataError, InputError, type OnProgress } from '@glyphlab/core';
import type { ArtifactDirectory, ArtifactFile } from '@glyphlab/mlflow-client';
import type { io } from '@tensorflow/tfjs';

/** What a process that was killed left behind is removed after this time. */
const STALE_MS = 24 * 3600 * 1000;

/** Files and folders: a model has about eight, one that other tools logged some dozens. */
const MOST_FILES = 10_000;

interface DownloadOptions {
  /** As the user named it. */
  model: string;
  /** True if the server may have other files under this name than last time. */
  mayChange: boolean;
  onProgress: OnProgress;
}

/**
 * Downloads a model's files to `directory`, which appears whole or not at all: also when two processes do it at once, or one
 * is killed.
 *
 * @throws InputError MODEL_NOT_OURS if it has no `model.json`; DataError MODEL_INCOMPLETE if the server lacks files that this names;
 *   MlflowError, also if a file is of another size than listed
 */
export async function downloadModel(
  artifacts: ArtifactDirectory,
  directory: string,
  { model, mayChange, onProgress }: DownloadOptions,
): Promise<void> {
  const files = await collect(artifacts.walk('', { maxEntries: MOST_FILES }));
  if (!files.some(({ path }) => path === 'model.json')) throw notOurs(model, files);
  await mkdir(dirname(directory), { recursive: true });
  await removeStale(dirname(directory));
  const part = await mkdtemp(join(dirname(directory), PART));
  try {
    const total = files.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const { path, size } of files) {
      const file = join(part, path);
      const tell: OnProgress = ({ done }) =>
        onProgress({ label: `Downloading ${model}`, done: before + done, total, unit: 'bytes' });
      await artifacts.downloadFile(path, file, { onProgress: tell, size });
      before += size;
    }
    const lack = await lackOf(part);
    if (lack !== undefined)
      throw new DataError('MODEL_INCOMPLETE', `The server has only part of this model: ${lack}`, {
        where: model,
        hint: 'Take another version of it, or train it again.',
      });
    if (mayChange || (await lackOf(directory)) !== undefined) await rm(directory, { recursive: true, force: true });
    await rename(part, directory).catch((error: unknown) => {
      // Another process was faster.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

const PART = 'part-';

function notOurs(model: string, files: readonly ArtifactFile[]): InputError {
  const has =
    files.length > 0
      ? `It has: ${files
          .slice(0, 10)
          .map(({ path }) => basename(path))
          .join(', ')}.`
      : 'It has no files.';
  return new InputError(
    'MODEL_NOT_OURS',
    'The server has this model, but without the model.json that glyphlab reads.',
    {
      where: model,
      hint: has,
    },
  );
}

async function removeStale(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(PART)) continue;
    const path = join(directory, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > STALE_MS) await rm(path, { recursive: true, force: true });
  }
}

/** What a model's folder lacks of that which its `model.json` names, as a sentence; undefined if all is there. */
export async function lackOf(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, 'model.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return 'model.json is missing.';
  const manifest = readManifest(text);
  if (!manifest) return 'model.json is not of TensorFlow.js.';
  for (const { paths, weights } of manifest) {
    let found = 0;
    for (const path of paths) {
      const file = await stat(join(directory, path)).catch(() => undefined);
      if (!file?.isFile()) return `${path} is missing.`;
      found += file.size;
    }
    const expected = weights.reduce((sum, weight) => sum + bytesOf(weight), 0);
    if (found < expected) return `${paths.join(', ')} has ${found} bytes of ${expected}.`;
  }
  return undefined;
}

function readManifest(text: string): io.WeightsManifestConfig | undefined {
  try {
    return (JSON.parse(text) as io.ModelJSON).weightsManifest;
  } catch {
    return undefined;
  }
}

/** At least: of quantised weights and of texts nothing is known. */
function bytesOf({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const size = shape.reduce((product, side) => product * side, 1);
  if (quantization) return 0;
  return dtype === 'float32' || dtype === 'int32' ? 4 * size : dtype === 'bool' ? size : 0;
}
