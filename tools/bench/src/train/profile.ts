import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { percent } from '@glyphlab/core';
import { kernelsIn, locateTensorFlow, usesKernels } from '@glyphlab/tensorflow';
import type { Surroundings } from '../commands.ts';
import { ContestantProcess } from './contestant-process.ts';
import { ours, type Precision, script, typescript } from './contestants.ts';
import { thisMachine } from './machine.ts';
import { peerPython } from './peer-environment.ts';
import { QUIET_LOAD, type Report, table } from './report.ts';

export interface Profile extends Pick<Report, 'startedAt' | 'machine' | 'loadAverage'> {
  batch: number;
  precision: Precision;
  towers: number;
  /** The quickest step as a whole. */
  stepMicros: number;
  /** The least time of each op, summed over those of one kind, the largest first. */
  ops: { op: string; count: number; micros: number }[];
}

/**
 * Where the time of a training step goes, by TensorFlow's own statistics: keeps the graph of a real training and runs it in the
 * Python TensorFlow of the Keras peer, which is the same release.
 */
export async function profileStep(
  { batch, precision, towers }: Pick<Profile, 'batch' | 'precision' | 'towers'>,
  { onMessage, signal }: Surroundings,
): Promise<Profile> {
  const python = (await peerPython('keras', { onMessage, signal }))!;
  const dir = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  const [loadAverage, startedAt] = [loadavg()[0]!, new Date().toISOString()];
  try {
    const process = await ContestantProcess.start(
      {
        id: ours(precision, towers),
        command: typescript('glyphlab-contestant.ts', precision, String(towers), join(dir, 'runs')),
        images: () => batch,
      },
      { env: { TFJS_GRAPH_DIR: dir }, signal },
    );
    await process.run({ batch, images: batch }).finally(() => process.end());
    const [graph] = (await readdir(dir)).filter((name) => name.endsWith('.pb')).sort();
    const threads = [Math.max(1, Math.floor(availableParallelism() / towers)), availableParallelism()].map(String);
    const args = [script('profile_graph.py'), join(dir, graph!), ...threads, ...ownKernels()];
    const { stdout } = await promisify(execFile)(python, args, { signal });
    const measured = JSON.parse(stdout) as Pick<Profile, 'stepMicros' | 'ops'>;
    return { startedAt, machine: thisMachine(), loadAverage, batch, precision, towers, ...measured };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The file of our own ops, where trainings have them. */
function ownKernels(): string[] {
  const installation = locateTensorFlow();
  return installation && usesKernels() ? [kernelsIn(installation)].filter((file) => existsSync(file)) : [];
}

/** Ops that together take less than this share are one line. */
const SMALL = 0.01;

/** The profile for a person. */
export function describeProfile(profile: Profile): string {
  const { machine, loadAverage, batch, precision, towers, stepMicros, ops } = profile;
  const total = ops.reduce((sum, { micros }) => sum + micros, 0);
  const [large, small] = [
    ops.filter((op) => op.micros >= SMALL * total),
    ops.filter((op) => op.micros < SMALL * total),
  ];
  const rest = { op: 'all others', count: 0, micros: 0 };
  for (const { count, micros } of small) {
    rest.count += count;
    rest.micros += micros;
  }
  const rows = [...large, rest].map(({ op, count, micros }) => [
    op,
    String(count),
    String(micros),
    percent(micros / total, 1),
  ]);
  const parts = [
    `${machine.processor}, ${machine.cores} cores. ${precision}, batch ${batch}, ${towers} tower(s). Least times, microseconds.`,
    table([['op', 'count', 'µs', 'share'], ...rows, ['all ops', String(ops.reduce((sum, { count }) => sum + count, 0)), String(total), '100 %']]),
    `The quickest step took ${stepMicros} µs: ${Math.round((1e6 * batch) / stepMicros).toLocaleString('en')} images/s.`,
  ]; // prettier-ignore
  if (loadAverage > QUIET_LOAD) parts.push(`The machine was not quiet: load average ${loadAverage.toFixed(2)} at the start.`); // prettier-ignore
  return parts.join('\n\n');
}
