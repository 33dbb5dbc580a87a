import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { explainUnpack } from './install-error.ts';
import { runCommand } from './run-command.ts';

const script = join(import.meta.dirname, 'unpack.py');

export interface UnpackOptions {
  env: NodeJS.ProcessEnv;
  onProgress: OnProgress;
  signal?: AbortSignal;
}

/**
 * Unpacks libtensorflow and its C headers (850 MB) below `dir`.
 *
 * @returns the directory that holds the libraries and `include`
 * @throws GlyphlabError TENSORFLOW_DISK_FULL, TENSORFLOW_UNPACK_FAILED
 */
export async function unpackWheel(wheel: string, dir: string, python: string, options: UnpackOptions): Promise<string> {
  const { env, onProgress, signal } = options;
  const target = await mkdtemp(join(dir, 'unpack-'));
  const onLine = (line: string) => {
    const [done, total] = line.split(' ').map(Number);
    if (Number.isFinite(done) && Number.isFinite(total)) {
      onProgress({ label: 'Unpacking TensorFlow', done: done!, total: total!, unit: 'bytes' });
    }
  };
  const result = await runCommand(python, [script, wheel, target], { env, onLine, ...(signal && { signal }) });
  if (result.code !== 0) throw explainUnpack(result, dir);
  return join(target, 'tensorflow');
}
