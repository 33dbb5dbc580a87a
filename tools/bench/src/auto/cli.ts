import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine, thisMachine } from '@glyphlab/tensorflow/processor';
import { autoCommand, type AutoOptions, runBench } from '../commands.ts';
import { ContestantProcess } from '../train/contestant-process.ts';
import { loadDigits } from '../train/digits.ts';
import { QUIET_LOAD } from '../train/report.ts';
import { runRounds } from '../train/rounds.ts';
import { autoAt, contestantFor, describeGrid, settings, verdicts } from './grid.ts';

await runBench<AutoOptions>(autoCommand(thisMachine().cores), async (options, { onProgress, signal }) => {
  const { batch: batches, precision: precisions, towers, threads, rounds, images, json } = options;
  const chosen = new Map(batches.map((batch) => [batch, autoAt(batch)]));
  // Loaded here once, so that not every process downloads it.
  await loadDigits(onProgress);
  const [load, startedAt] = [loadavg()[0]!, new Date().toISOString()];
  const runsDir = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  const processes: ContestantProcess[] = [];
  try {
    for (const setting of settings({ precisions, towers, threads }, [...chosen.values()])) {
      const contestant = contestantFor(setting, images, runsDir);
      onProgress({ label: 'Starting', done: processes.length, note: contestant.id });
      processes.push(await ContestantProcess.start(contestant, { signal }));
    }
    const series = await runRounds(processes, { batches, rounds, onProgress, signal });
    const found = verdicts(series, chosen);
    const machine = describeMachine(thisMachine());
    if (json) return JSON.stringify({ startedAt, machine, load, rounds, series, verdicts: found }, null, 2);
    const noise =
      load > QUIET_LOAD ? `\n\nThe machine was not quiet: load average ${load.toFixed(2)} at the start.` : '';
    return `${machine}. ${rounds} rounds, interleaved, medians (from slowest to fastest, as a share).\n\n${describeGrid(series, found)}${noise}`;
  } finally {
    await Promise.all(processes.map((process) => process.end()));
    await rm(runsDir, { recursive: true, force: true });
  }
});
