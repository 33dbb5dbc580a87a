import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const glyphlab = join(import.meta.dirname, '../../../packages/trainer/bin/glyphlab.js');

/** Has a process say its greatest memory, in KiB, at its end. */
const TELL_MEMORY = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\nmaxRSS '+process.resourceUsage().maxRSS+'\\n'))`;

/** A command of glyphlab as a process of its own: the time that it takes, and the most memory that it holds (MiB). */
export function measureGlyphlab(cwd: string, args: readonly string[]): { seconds: number; megabytes: number } {
  const start = performance.now();
  const command = ['-c', 'exec "$0" "$@" 2>&1 >/dev/null', process.execPath, '--import', TELL_MEMORY, glyphlab];
  const told = execFileSync('sh', [...command, ...args], { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: Number(/maxRSS (\d+)/.exec(told)![1]) / 1024 };
}
