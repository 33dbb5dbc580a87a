import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { textTable } from '@glyphlab/core';
import { runBench, runsCommand, type RunsBenchOptions } from '../commands.ts';
import { measureGlyphlab } from '../measure-glyphlab.ts';
import { thisMachine } from '../train/machine.ts';
import { median } from '../train/statistics.ts';
import { makeRuns } from './make-runs.ts';

await runBench<RunsBenchOptions>(runsCommand(), async ({ runs: count, rounds }) => {
  const workspace = mkdtempSync(join(tmpdir(), 'glyphlab-bench-runs-'));
  try {
    const runsDir = join(workspace, '.glyphlab', 'runs');
    mkdirSync(runsDir, { recursive: true });
    const ids = makeRuns(runsDir, count).map((directory) => basename(directory));
    const some = ids.slice(0, 20);
    const rows = [
      ['for the first time', measure(workspace, 1, ['runs', '--offline'])],
      ['runs', measure(workspace, rounds, ['runs', '--offline'])],
      ['runs, all shown', measure(workspace, rounds, ['runs', '--offline', '--limit', '0'])],
      ['with a condition', measure(workspace, rounds, ['runs', '--offline', '--where', 'val/accuracy > 0.99 and model.type = resnet', '--sort', '-val/accuracy'])], // prettier-ignore
      ['compare 20', measure(workspace, rounds, ['compare', '--offline', ...some])],
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

function measure(cwd: string, rounds: number, args: string[]): { seconds: number; megabytes: number } {
  const all = Array.from({ length: rounds }, () => measureGlyphlab(cwd, args));
  return { seconds: median(all.map((one) => one.seconds)), megabytes: Math.max(...all.map((one) => one.megabytes)) };
}
