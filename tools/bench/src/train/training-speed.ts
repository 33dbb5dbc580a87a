import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasFastBf16, thisMachine as processor } from '@glyphlab/tensorflow/processor';
import type { Surroundings, TrainBenchOptions } from '../commands.ts';
import { ratioRows } from './bars.ts';
import { ContestantProcess } from './contestant-process.ts';
import { contestants, type PeerName } from './contestants.ts';
import { loadDigits } from './digits.ts';
import { thisMachine } from './machine.ts';
import { peerPython } from './peer-environment.ts';
import { type Report, summarise } from './report.ts';
import { type Participant, runRounds } from './rounds.ts';
import { undisturbed } from './undisturbed.ts';

/** Trains ours and the peers side by side; installs what is missing. */
export async function measureTraining(options: TrainBenchOptions, surroundings: Surroundings): Promise<Report> {
  const { onProgress, onMessage, signal } = surroundings;
  const { batch: batches, peers, rounds, images } = options;
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
    for (const contestant of contestants(
      images,
      peers,
      pythons,
      runsDir,
      hasFastBf16(processor()) ? ['fp32', 'bf16'] : ['fp32'],
    )) {
      onProgress({ label: 'Starting', done: processes.length, note: contestant.id });
      processes.push(await ContestantProcess.start(contestant, { signal }));
      signal.throwIfAborted();
    }
    const versions = Object.fromEntries(processes.map(({ contestant, version }) => [contestant.id, version]));
    const speeds = (
      await runRounds(participants(processes, options, surroundings), { batches, rounds, onProgress, signal })
    ).map(summarise);
    const ratios = ratioRows(
      batches,
      (contestant, batch) => speeds.find((s) => s.contestant === contestant && s.batch === batch)?.median,
    );
    return {
      startedAt,
      machine: thisMachine(),
      loadAverage,
      undisturbed: options.undisturbed ?? false,
      data,
      rounds,
      versions,
      speeds,
      ratios,
    };
  } finally {
    await Promise.all(processes.map((process) => process.end()));
    await rm(runsDir, { recursive: true, force: true });
  }
}

/** What takes part in the rounds: the processes as they are, or waiting for their turn among other programs. */
export function participants(
  processes: readonly ContestantProcess[],
  options: Pick<TrainBenchOptions, 'undisturbed'>,
  { onProgress, signal }: Pick<Surroundings, 'onProgress' | 'signal'>,
): readonly Participant[] {
  if (!options.undisturbed) return processes;
  let times = 0;
  const onDisturbed = (): void => onProgress({ label: 'Other programs compute: waited or ran again', done: ++times });
  return processes.map((process) => undisturbed(process, process.pid, onDisturbed, signal));
}
