import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Surroundings, TrainBenchOptions } from '../commands.ts';
import { ContestantProcess } from './contestant-process.ts';
import { type Contestant, script, threads, typescript, wholeBatches } from './contestants.ts';
import { loadDigits } from './digits.ts';
import { thisMachine } from './machine.ts';
import { peerPython } from './peer-environment.ts';
import { type ProductRun, productRun } from './product-run.ts';
import { QUIET_LOAD, type Report, summarise, table } from './report.ts';
import { runRounds } from './rounds.ts';
import { median } from './statistics.ts';
import { participants } from './training-speed.ts';

/** One figure beside what it is to be. */
export interface Figure {
  name: string;
  value: number;
  unit: '×' | '%' | 's' | 'GB';
  bar?: { at: 'least' | 'most'; value: number };
}

export type ExtrasReport = Pick<Report, 'startedAt' | 'machine' | 'loadAverage' | 'data'> & { figures: Figure[] };

const AUGMENTED_BATCH = 64;
const INFERENCE_BATCH = 256;

/**
 * What augmentation, inference, evaluation, memory and the start cost; or, with `--inference`, inference and evaluation alone, with
 * `--start` the start and memory alone.
 */
export async function measureExtras(options: TrainBenchOptions, surroundings: Surroundings): Promise<ExtrasReport> {
  const { name: data } = await loadDigits(surroundings.onProgress);
  const [loadAverage, startedAt] = [loadavg()[0]!, new Date().toISOString()];
  const figures = options.inference
    ? await inference(options, surroundings)
    : options.start
      ? await wholeRuns(options, surroundings)
      : [
          ...(await augmentationCost(options, surroundings)),
          ...(await inference(options, surroundings)),
          ...(await wholeRuns(options, surroundings)),
        ];
  return { startedAt, machine: thisMachine(), loadAverage, data, figures };
}

/** Medians of images/s by contestant. */
async function medians(
  contestants: readonly Contestant[],
  batch: number,
  options: TrainBenchOptions,
  surroundings: Surroundings,
): Promise<Record<string, number>> {
  const { onProgress, signal } = surroundings;
  const { rounds } = options;
  const processes: ContestantProcess[] = [];
  try {
    for (const contestant of contestants) processes.push(await ContestantProcess.start(contestant, { signal }));
    const series = await runRounds(participants(processes, options, surroundings), {
      batches: [batch],
      rounds,
      onProgress,
      signal,
    });
    return Object.fromEntries(series.map(summarise).map(({ contestant, median }) => [contestant, median]));
  } finally {
    await Promise.all(processes.map((process) => process.end()));
  }
}

async function augmentationCost(options: TrainBenchOptions, surroundings: Surroundings): Promise<Figure[]> {
  const runsDir = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  const contestant = (towers: number, augmentation: string): Contestant => ({
    id: `${augmentation}, ${towers} tower(s)`,
    command: typescript('glyphlab-contestant.ts', 'fp32', String(towers), runsDir, augmentation),
    images: wholeBatches(options.images),
  });
  try {
    const all = [1, 2].flatMap((towers) => ['none', 'affine', 'elastic'].map((name) => contestant(towers, name)));
    const speeds = await medians(all, AUGMENTED_BATCH, options, surroundings);
    return [1, 2].flatMap((towers) =>
      ([['affine', 8], ['elastic', 30]] as const).map(([name, percent]): Figure => ({
        name: `${name} augmentation, share of an fp32 step at batch ${AUGMENTED_BATCH}, ${towers} tower(s)`,
        value: 100 * (speeds[`none, ${towers} tower(s)`]! / speeds[`${name}, ${towers} tower(s)`]! - 1),
        unit: '%',
        bar: { at: 'most', value: percent },
      })),
    ); // prettier-ignore
  } finally {
    await rm(runsDir, { recursive: true, force: true });
  }
}

async function inference(options: TrainBenchOptions, surroundings: Surroundings): Promise<Figure[]> {
  const images = wholeBatches(10_000);
  const all: Contestant[] = ['predict', 'evaluate', 'onnxruntime'].map((task) => ({
    id: task,
    command: typescript('inference-contestant.ts', task),
    images,
  }));
  const python = options.peers.includes('pytorch') && (await peerPython('pytorch', surroundings));
  if (python) {
    all.push({ id: 'PyTorch', command: [python, script('pytorch_cnn.py'), 'inference', threads], images });
  }
  const speeds = await medians(all, INFERENCE_BATCH, options, surroundings);
  const figures: Figure[] = [
    {
      name: 'evaluation of 10,000 images',
      value: 10_000 / speeds['evaluate']!,
      unit: 's',
      bar: { at: 'most', value: 2 },
    },
    {
      name: `evaluation to predictions by onnxruntime-node, batch ${INFERENCE_BATCH}`,
      value: speeds['evaluate']! / speeds['onnxruntime']!,
      unit: '×',
      bar: { at: 'least', value: 1 },
    },
    {
      name: `predictions to those by onnxruntime-node, batch ${INFERENCE_BATCH}`,
      value: speeds['predict']! / speeds['onnxruntime']!,
      unit: '×',
      bar: { at: 'least', value: 1 },
    },
  ];
  if (speeds['PyTorch'] !== undefined) {
    figures.unshift({
      name: `inference to PyTorch as written by default, batch ${INFERENCE_BATCH}`,
      value: speeds['predict']! / speeds['PyTorch'],
      unit: '×',
      bar: { at: 'least', value: 1.5 },
    });
  }
  return figures;
}

async function wholeRuns({ rounds }: TrainBenchOptions, { onProgress, signal }: Surroundings): Promise<Figure[]> {
  const shortest = ['training.epochs=1', 'training.batchSize=64', 'dataset.limit=64'];
  const short: ProductRun[] = [];
  // The one before makes the caches warm.
  for (let k = -1; k < rounds; k++) {
    onProgress({ label: 'Runs of one batch', done: k + 1, total: rounds + 1 });
    const run = await productRun(shortest, signal);
    if (k >= 0) short.push(run);
  }
  onProgress({ label: 'A run of all of the training images', done: 0 });
  const { peakMemory } = await productRun(['training.epochs=1', 'training.batchSize=64'], signal);
  const figures: Figure[] = [
    {
      name: `glyphlab run: start of the process to the end of the first step, median of ${rounds}`,
      value: median(short.map(({ firstStepSeconds }) => firstStepSeconds)),
      unit: 's',
      bar: { at: 'most', value: 1.8 },
    },
    {
      name: 'the same to the end of the process, one epoch of one step, model and figures saved',
      value: median(short.map(({ seconds }) => seconds)),
      unit: 's',
    },
  ];
  if (peakMemory !== undefined) {
    figures.push({
      name: 'peak memory of a run on all of the training images',
      value: peakMemory / 1e9,
      unit: 'GB',
      bar: { at: 'most', value: 1.5 },
    });
  }
  return figures;
}

export const isMet = ({ value, bar }: Figure): boolean | undefined =>
  bar && (bar.at === 'most' ? value <= bar.value : value >= bar.value);

/** The figures for a person. */
export function describeExtras({ machine, loadAverage, data, figures }: ExtrasReport): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, bar } = figure;
    const met = isMet(figure);
    const wanted = bar ? `${bar.at === 'most' ? '≤' : '≥'} ${bar.value} ${unit}` : '';
    return [
      name,
      `${value.toFixed(unit === '%' ? 1 : 2)} ${unit}`,
      wanted,
      met === undefined ? '' : met ? 'met' : 'missed',
    ];
  });
  const parts = [
    `${machine.processor}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}; on ${data}.`,
    table([['', 'measured', 'bar', ''], ...rows]),
  ];
  if (loadAverage > QUIET_LOAD) parts.push(`The machine was not quiet: load average ${loadAverage.toFixed(2)} at the start.`); // prettier-ignore
  return parts.join('\n\n');
}
