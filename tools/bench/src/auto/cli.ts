import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { describeMachine, thisMachine } from '@glyphlab/tensorflow/processor';
import { runCommand } from '../train/cli-frame.ts';
import { ContestantProcess } from '../train/contestant-process.ts';
import type { Precision } from '../train/contestants.ts';
import { loadDigits } from '../train/digits.ts';
import { parseValues, wholeNumber } from '../train/parse-values.ts';
import { QUIET_LOAD } from '../train/report.ts';
import { runRounds } from '../train/rounds.ts';
import { autoAt, contestantFor, describeGrid, settings, verdicts } from './grid.ts';

const { cores } = thisMachine();

const help = `How far precision, towers and threads as \`auto\` chooses them are from the best on this machine: every combination
trains the report's CNN in turns.

  npx nx run bench:auto

Options
  --batch 32,64,256            batch sizes
  --precision fp32,bf16        number formats
  --towers LIST                default: 1, one a core, two a core
  --threads LIST               default: one a core, two a core
  --rounds 5                   every setting runs once a round; the table shows medians
  --images 3200                images of one setting, batch size and round
  --json                       for programs

Each combination is a process of some 500 MB, alive all the while.

Examples
  npx nx run bench:auto --batch 64
  npx nx run bench:auto --precision fp32 --towers 1,2 --threads 1,2 --rounds 7
`;

const definitions = {
  batch: { type: 'string', default: '32,64,256' },
  precision: { type: 'string', default: 'fp32,bf16' },
  towers: { type: 'string', default: `1,${cores},${2 * cores}` },
  threads: { type: 'string', default: `${cores},${2 * cores}` },
  rounds: { type: 'string', default: '5' },
  images: { type: 'string', default: '3200' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const numbers = (where: string, text: string): number[] => [
  ...new Set(text.split(',').map((part) => wholeNumber(where, part))),
];

function precisions(text: string): Precision[] {
  return [...new Set(text.split(','))].map((name) => {
    if (name === 'fp32' || name === 'bf16') return name;
    throw new InputError('BENCH_BAD_PRECISION', `Expected fp32, bf16 or both. Received: "${name}".`, {
      where: '--precision',
    });
  });
}

await runCommand(async (args, { onProgress, signal }) => {
  const given = parseValues(args, definitions);
  if (given.help) return help;
  const batches = numbers('--batch', given.batch);
  const rounds = wholeNumber('--rounds', given.rounds);
  const images = wholeNumber('--images', given.images);
  const chosen = new Map(batches.map((batch) => [batch, autoAt(batch)]));
  const lists = {
    precisions: precisions(given.precision),
    towers: numbers('--towers', given.towers),
    threads: numbers('--threads', given.threads),
  };
  // Loaded here once, so that not every process downloads it.
  await loadDigits(onProgress);
  const [load, startedAt] = [loadavg()[0]!, new Date().toISOString()];
  const runsDir = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  const processes: ContestantProcess[] = [];
  try {
    for (const setting of settings(lists, [...chosen.values()])) {
      const contestant = contestantFor(setting, images, runsDir);
      onProgress({ label: 'Starting', done: processes.length, note: contestant.id });
      processes.push(await ContestantProcess.start(contestant, { signal }));
    }
    const series = await runRounds(processes, { batches, rounds, onProgress, signal });
    const found = verdicts(series, chosen);
    const machine = describeMachine(thisMachine());
    if (given.json) return JSON.stringify({ startedAt, machine, load, rounds, series, verdicts: found }, null, 2);
    const noise =
      load > QUIET_LOAD ? `\n\nThe machine was not quiet: load average ${load.toFixed(2)} at the start.` : '';
    return `${machine}. ${rounds} rounds, interleaved, medians (from slowest to fastest, as a share).\n\n${describeGrid(series, found)}${noise}`;
  } finally {
    await Promise.all(processes.map((process) => process.end()));
    await rm(runsDir, { recursive: true, force: true });
  }
});
