import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { runCommand } from '@glyphlab/python';
import { explainUnpack } from './install-error.ts';
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
  const command = [python, script, file, target, ...wheel.patterns] as const;
  const result = await runCommand(command, { env, onLine, signal });
  if (!result.succeeded) throw explainUnpack(result.output, target);
}
