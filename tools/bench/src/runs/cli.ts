import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { textTable } from '@glyphlab/core';
import { runBench, runsCommand, type RunsBenchOptions } from '../commands.ts';
import { thisMachine } from '../train/machine.ts';
import { median } from '../train/statistics.ts';
import { makeRuns } from './make-runs.ts';

const glyphlab = join(import.meta.dirname, '../../../../packages/trainer/bin/glyphlab.js');
/** Has a process say its greatest memory at its end. */
const TELL_MEMORY = `process.on('exit', () => process.stderr.write('\\nmaxRSS ' + process.resourceUsage().maxRSS + '\\n'));`;

await runBench<RunsBenchOptions>(runsCommand(), async ({ runs: count, rounds }) => {
  const workspace = mkdtempSync(join(tmpdir(), 'glyphlab-bench-runs-'));
  try {
    const runsDir = join(workspace, '.glyphlab', 'runs');
    mkdirSync(runsDir, { recursive: true });
    const ids = makeRuns(runsDir, count).map((directory) => basename(directory));
    const hook = join(workspace, 'tell-memory.mjs');
    writeFileSync(hook, TELL_MEMORY);
    const some = ids.slice(0, 20);
    const rows = [
      ['for the first time', measure(workspace, hook, 1, ['runs', '--offline'])],
      ['runs', measure(workspace, hook, rounds, ['runs', '--offline'])],
      ['runs, all shown', measure(workspace, hook, rounds, ['runs', '--offline', '--limit', '0'])],
      ['with a condition', measure(workspace, hook, rounds, ['runs', '--offline', '--where', 'val/accuracy > 0.99 and model.type = resnet', '--sort', '-val/accuracy'])], // prettier-ignore
      ['compare 20', measure(workspace, hook, rounds, ['compare', '--offline', ...some])],
    ] as const;
    const table = rows.map(([name, { seconds, megabytes }]) => [
      name,
      seconds.toFixed(2),
      String(Math.round(megabytes)),
    ]);
    const head = [`${count.toLocaleString('en')} runs`, 'seconds', 'MB'];
    const { processor, cores } = thisMachine();
    return [...textTable([head, ...table], new Set([1, 2])), `${processor}, ${cores} cores`].join('\n');
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
});

function measure(cwd: string, hook: string, rounds: number, args: string[]): { seconds: number; megabytes: number } {
  const all = Array.from({ length: rounds }, () => {
    const start = performance.now();
    const script = `exec "$0" "$@" 2>&1 >/dev/null`;
    const told = execFileSync('sh', ['-c', script, process.execPath, '--import', hook, glyphlab, ...args], {
      cwd,
      encoding: 'utf8',
    });
    const seconds = (performance.now() - start) / 1000;
    return { seconds, megabytes: Number(/maxRSS (\d+)/.exec(told)?.[1]) / 1024 };
  });
  return { seconds: median(all.map((one) => one.seconds)), megabytes: Math.max(...all.map((one) => one.megabytes)) };
}
