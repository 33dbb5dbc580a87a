import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { ratioRows } from './bars.ts';
import { ContestantProcess } from './contestant-process.ts';
import { contestants } from './contestants.ts';
import { loadDigits } from './digits.ts';
import { thisMachine } from './machine.ts';
import type { BenchOptions, PeerName } from './options.ts';
import { peerPython } from './peer-environment.ts';
import { type Report, summarise } from './report.ts';
import { runRounds } from './rounds.ts';

export interface Surroundings {
  onProgress: OnProgress;
  onMessage: (message: string) => void;
  signal: AbortSignal;
}

/** Trains ours and the peers side by side; installs what is missing. */
export async function measureTraining(
  { batches, peers, rounds, images }: BenchOptions,
  { onProgress, onMessage, signal }: Surroundings,
): Promise<Report> {
  const pythons: Partial<Record<PeerName, string>> = {};
  for (const peer of peers) {
    const python = await peerPython(peer, { onMessage, signal });
    if (python) pythons[peer] = python;
  }
  // Loaded here once, so that not every contestant downloads it.
  const { name: data } = await loadDigits(onProgress);
  const [loadAverage, startedAt] = [loadavg()[0]!, new Date().toISOString()];
  const runsDir = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  const processes: ContestantProcess[] = [];
  try {
    for (const contestant of contestants(images, peers, pythons, runsDir)) {
      onProgress({ label: 'Starting', done: processes.length, note: contestant.id });
      processes.push(await ContestantProcess.start(contestant, { signal }));
      signal.throwIfAborted();
    }
    const versions = Object.fromEntries(processes.map(({ contestant, version }) => [contestant.id, version]));
    const speeds = (await runRounds(processes, { batches, rounds, onProgress, signal })).map(summarise);
    const ratios = ratioRows(
      batches,
      (contestant, batch) => speeds.find((s) => s.contestant === contestant && s.batch === batch)?.median,
    );
    return { startedAt, machine: thisMachine(), loadAverage, data, rounds, versions, speeds, ratios };
  } finally {
    await Promise.all(processes.map((process) => process.end()));
    await rm(runsDir, { recursive: true, force: true });
  }
}
