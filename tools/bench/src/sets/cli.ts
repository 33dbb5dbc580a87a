import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMlflow, startServer } from '@glyphlab/mlflow-server';
import { printed, runBench, setsCommand, type SetBenchOptions, type Surroundings } from '../commands.ts';
import { thisMachine } from '../train/machine.ts';
import { manyMembers } from './many-members.ts';
import { nodeLoss } from './node-loss.ts';
import { overhead } from './overhead.ts';
import { describeReport, type SetReport } from './report.ts';
import { sideBySide } from './side-by-side.ts';

async function measure(options: SetBenchOptions, surroundings: Surroundings): Promise<SetReport> {
  const { part: parts, rounds, members } = options;
  const report: SetReport = { startedAt: new Date().toISOString(), machine: thisMachine(), loadAverage: loadavg()[0]! };
  const has = (...names: typeof parts): boolean => names.some((name) => parts.includes(name));
  if (has('many')) report.many = await manyMembers(members, surroundings);
  if (has('side-by-side')) report.sideBySide = await sideBySide(options, surroundings);
  if (!has('loss', 'overhead')) return report;
  await installMlflow(surroundings);
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-bench-server-'));
  const server = await startServer({ directory });
  try {
    if (has('overhead')) report.overhead = await overhead(server.url, rounds, surroundings);
    if (has('loss'))
      report.losses = [await nodeLoss(server.url, true, surroundings), await nodeLoss(server.url, false, surroundings)];
    return report;
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
}

await runBench<SetBenchOptions>(setsCommand(), async (options, surroundings) =>
  printed(await measure(options, surroundings), describeReport, options),
);
