import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { explainUnpack } from './install-error.ts';
import { runCommand } from './run-command.ts';
import type { Wheel } from './wheel.ts';

const script = join(import.meta.dirname, 'unpack.py');

export interface UnpackOptions {
  env: NodeJS.ProcessEnv;
  onProgress: OnProgress;
  signal?: AbortSignal;
}

/**
 * Unpacks what is needed of `wheel`, downloaded to `file`, below `target`.
 * @throws GlyphlabError TENSORFLOW_DISK_FULL, TENSORFLOW_UNPACK_FAILED
 */
export async function unpackWheel(wheel: Wheel, file: string, target: string, python: string, options: UnpackOptions) {
  const { env, onProgress, signal } = options;
  const onLine = (line: string) => {
    const [done, total] = line.split(' ').map(Number);
    if (Number.isFinite(done) && Number.isFinite(total)) {
      onProgress({ label: `Unpacking ${wheel.package}`, done: done!, total: total!, unit: 'bytes' });
    }
  };
  const args = [script, file, target, ...wheel.patterns];
  const result = await runCommand(python, args, { env, onLine, ...(signal && { signal }) });
  if (result.code !== 0) throw explainUnpack(result, target);
}
