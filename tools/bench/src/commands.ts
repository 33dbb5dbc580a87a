import { setMaxListeners } from 'node:events';
import { type OnProgress, progressPrinter } from '@glyphlab/core';
import { Command, listOf, oneOf, Option, runThisProgram, wholeNumber } from '@glyphlab/core/command-line';
import { type PeerName, peerNames, type Precision, precisions } from './train/contestants.ts';

const parts = ['loss', 'overhead', 'side-by-side', 'many'] as const;

/** Networks of `bench:fit`. */
const fitNetworks = ['iris', 'mnist', 'lstm', 'transformer', 'u-net'] as const;
export type FitNetwork = (typeof fitNetworks)[number];

const JSON_HELP = 'print the results as JSON, for programs';
const ROUNDS_HELP = 'every contestant runs once per round; the table shows medians';

/** An option with a list as its default, which the help shows as it would be typed. */
const listOption = <T>(flags: string, about: string, read: (text: string) => T[], value: T[]): Option =>
  new Option(flags, about).argParser(read).default(value, value.join());

export interface TrainBenchOptions {
  batch: number[];
  peers: PeerName[];
  rounds: number;
  /** A round of each contestant. */
  images: number;
  /** Wait while other programs compute, and repeat what they disturbed. */
  undisturbed?: boolean;
  json?: boolean;
  extras?: boolean;
  /** Of the extras, inference and evaluation alone. */
  inference?: boolean;
  /** Of the extras, the start and memory alone. */
  start?: boolean;
}

export const trainCommand = (): Command =>
  new Command('bench:train')
    .description("Speed of training the report's CNN, side by side with its peers, interleaved (10 minutes or less).")
    .addOption(listOption('--batch <sizes>', 'batch sizes', listOf(wholeNumber(1)), [32, 64, 256]))
    .addOption(listOption('--peers <names>', 'which peers; none: ours alone', readPeers, [...peerNames]))
    .option('--rounds <n>', ROUNDS_HELP, wholeNumber(1), 5)
    .option('--images <n>', 'images of one contestant, batch size and round', wholeNumber(1), 6400)
    .option('--undisturbed', 'wait while other programs compute, repeat what they disturbed (Linux)')
    .option('--extras', 'instead: augmentation, inference, memory, start, evaluation (3 minutes)')
    .option('--inference', 'of these, inference and evaluation alone, beside onnxruntime-node and PyTorch')
    .option('--start', 'of these, the start of a run and its memory alone')
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Peers are installed when first asked for, each in a Python environment of its own under the user's cache directory:
PyTorch takes 5.4 GB there, Keras 2 GB. The tfjs peer needs nothing more than the trainer.

Examples:
  npx nx run bench:train
  npx nx run bench:train --batch 64 --peers pytorch --rounds 7
  npx nx run bench:train --json > results.json
  npx nx run bench:train --extras
`,
    );

const readPeers = (text: string): PeerName[] => (text === 'none' ? [] : listOf(oneOf(peerNames))(text));

export interface ProfileOptions {
  batch: number;
  precision: Precision;
  towers: number;
  json?: boolean;
}

export const profileCommand = (): Command =>
  new Command('bench:profile')
    .description("Where the time of a training step goes, op by op, by TensorFlow's own statistics.")
    .option('--batch <n>', 'batch size', wholeNumber(1), 64)
    .option('--precision <name>', 'fp32 or bf16', oneOf(precisions), 'fp32')
    .option('--towers <n>', 'parts of a batch computed side by side', wholeNumber(1), 1)
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Examples:
  npx nx run bench:profile
  npx nx run bench:profile --precision bf16 --batch 256
`,
    );

export interface AutoOptions {
  batch: number[];
  precision: Precision[];
  towers: number[];
  threads: number[];
  rounds: number;
  images: number;
  json?: boolean;
}

/** @param cores of this machine */
export const autoCommand = (cores: number): Command =>
  new Command('bench:auto')
    .description(
      "How far precision, towers and threads as `auto` chooses them are from the best on this machine: every combination trains the report's CNN in turns.",
    )
    .addOption(listOption('--batch <sizes>', 'batch sizes', listOf(wholeNumber(1)), [32, 64, 256]))
    .addOption(listOption('--precision <names>', 'number formats', listOf(oneOf(precisions)), [...precisions]))
    .addOption(
      new Option('--towers <list>', 'how many towers')
        .argParser(listOf(wholeNumber(1)))
        .default([...new Set([1, cores, 2 * cores])], '1, one a core, two a core'),
    )
    .addOption(
      new Option('--threads <list>', 'how many threads')
        .argParser(listOf(wholeNumber(1)))
        .default([cores, 2 * cores], 'one a core, two a core'),
    )
    .option('--rounds <n>', ROUNDS_HELP, wholeNumber(1), 5)
    .option('--images <n>', 'images of one setting, batch size and round', wholeNumber(1), 3200)
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Each combination is a process of some 500 MB, which stays until the end.

Examples:
  npx nx run bench:auto --batch 64
  npx nx run bench:auto --precision fp32 --towers 1,2 --threads 1,2 --rounds 7
`,
    );

export interface TrackingBenchOptions {
  points: number;
  logMetricPoints: number;
  rounds: number;
  workers: number[];
  memoryPoints: number;
  /** Measure epochs of training instead: untracked, tracked, and tracked by a server that hangs. */
  hang?: boolean;
  images: number;
  epochs: number;
  json?: boolean;
}

export const trackingCommand = (): Command =>
  new Command('bench:tracking')
    .description(
      "Logging to a real MLflow server, side by side: bare HTTP, Python's log_batch and log_metric, and ours (3 minutes).",
    )
    .option('--points <n>', 'points that each way logs', wholeNumber(1), 10_000)
    .option(
      '--log-metric-points <n>',
      'points for log_metric, which takes a request for each; 0: leave it out',
      wholeNumber(),
      1000,
    )
    .option('--rounds <n>', ROUNDS_HELP, wholeNumber(1), 5)
    .addOption(
      listOption(
        '--workers <list>',
        'workers of the server, one server after the other',
        listOf(wholeNumber(1)),
        [1, 4],
      ),
    ) // prettier-ignore
    .option('--memory-points <n>', 'points logged with the server down; 0: leave it out', wholeNumber(), 1_000_000)
    .option('--hang', 'instead: what an epoch loses to a real server, and to one that hangs (13 minutes)')
    .option('--images <n>', 'with --hang: images per epoch', wholeNumber(1), 54_016)
    .option('--epochs <n>', 'with --hang: epochs measured each time, after one that warms up', wholeNumber(1), 4)
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Examples:
  npx nx run bench:tracking --workers 1 --rounds 3
  npx nx run bench:tracking --hang
`,
    );

export interface SetBenchOptions {
  part: (typeof parts)[number][];
  members: number;
  rounds: number;
  precision: Precision;
  json?: boolean;
}

export const setsCommand = (): Command =>
  new Command('bench:sets')
    .description(
      'Sets of experiments on a Ray cluster that is started for it on this machine, tracked by a real MLflow server (12 minutes).',
    )
    .addOption(listOption('--part <names>', 'what to measure', listOf(oneOf(parts)), [...parts]))
    .option('--members <n>', 'of the part many', wholeNumber(1), 1000)
    .option('--rounds <n>', 'of the parts overhead and side-by-side', wholeNumber(1), 3)
    .option('--precision <name>', 'of the part side-by-side: fp32 or bf16', oneOf(precisions), 'fp32')
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
Parts:
  loss           8 members on two nodes of one CPU, one of which is killed in the middle: results, lost and doubled ones, as
                 RESULTS.md and as MLflow have them; with shared storage and without
  overhead       a member through Ray beside the same run by hand, in seconds
  side-by-side   two members of one CPU beside one of two CPUs, in images per second (Linux: leave the machine alone meanwhile)
  many           memory and time of the process that submits 1,000 members and tracks them, to a server that answers as Ray
                 2.60 did; they are not trained

Examples:
  npx nx run python:ray               once: installs Ray
  npx nx run bench:sets --part loss
  npx nx run bench:sets --part many --members 100
`,
    );

export interface RunsBenchOptions {
  runs: number;
  rounds: number;
}

export const runsCommand = (): Command =>
  new Command('bench:runs')
    .description('Make runs in a folder of their own, and measure the commands that list and compare them.')
    .option('--runs <n>', 'how many', wholeNumber(20), 10_000)
    .option('--rounds <n>', 'how often each command runs; the table shows medians', wholeNumber(1), 5)
    .addHelpText(
      'after',
      `
Seconds are from the start of the process to its end; the memory is the greatest of all rounds.

Examples:
  npx nx run bench:runs
  npx nx run bench:runs --runs 1000 --rounds 3
`,
    );

export const layersCommand = (): Command =>
  new Command('bench:layers')
    .description('What tracking.layers costs the three networks, at every hundredth step.')
    .option('--towers <n>', 'parts of a batch computed side by side', wholeNumber(1), 2)
    .addHelpText('after', `\nExamples:\n  npx nx run bench:layers --towers 1\n`);

export interface FitBenchOptions {
  network: FitNetwork[];
  rounds: number;
  json?: boolean;
}

export const fitCommand = (): Command =>
  new Command('bench:fit')
    .description(
      "fitCompiled beside tfjs's model.fit on the same TensorFlow, interleaved, on networks as in tfjs's examples.",
    )
    .addOption(listOption('--network <names>', 'which', listOf(oneOf(fitNetworks)), [...fitNetworks]))
    .option('--rounds <n>', 'each trains once per round both ways; the table shows medians', wholeNumber(1), 5)
    .option('--json', JSON_HELP)
    .addHelpText(
      'after',
      `
The first epoch, in which fitCompiled makes its graphs, has a column of its own and does not count in the speed.

Examples:
  npx nx run bench:fit
  npx nx run bench:fit --network mnist,lstm --rounds 7
`,
    );

/** What a measurement is given beside its options. */
export interface Surroundings {
  onProgress: OnProgress;
  onMessage: (message: string) => void;
  signal: AbortSignal;
}

/** Runs this process's command, and prints the report that comes of it. Ctrl-C ends it in order. */
export const runBench = <Options>(
  command: Command,
  measure: (options: Options, surroundings: Surroundings) => Promise<string>,
): Promise<void> =>
  runThisProgram(({ interrupted: signal }) =>
    command.action(async (options: Options) => {
      // The process of each contestant listens.
      setMaxListeners(0, signal);
      console.log(await measure(options, { ...progressPrinter(), signal }));
    }),
  );

/** A report as the command prints it. */
export const printed = <T>(report: T, describe: (report: T) => string, { json }: { json?: boolean }): string =>
  json ? JSON.stringify(report, null, 2) : describe(report);
