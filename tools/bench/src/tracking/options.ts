import { parseValues, wholeNumber } from '../train/parse-values.ts';

export interface TrackingBenchOptions {
  points: number;
  logMetricPoints: number;
  rounds: number;
  workers: number[];
  memoryPoints: number;
  /** Measure epochs of training instead: untracked, tracked, and tracked by a server that hangs. */
  hang: boolean;
  images: number;
  epochs: number;
  json: boolean;
  help: boolean;
}

export const help = `Logging to a real MLflow server, side by side: bare HTTP, Python's log_batch and log_metric, and ours.

  npx nx run bench:tracking           (about 3 minutes)
  npx nx run bench:tracking --hang    what an epoch of training loses to a real server, and to one that hangs (13 minutes)

Options
  --points 10000              points each way logs
  --log-metric-points 1000    points for log_metric, which takes a request for each; 0: leave it out
  --rounds 5                  every way logs once a round; the table shows medians
  --workers 1,4               workers of the server, one server after the other
  --memory-points 1000000     points logged with the server down; 0: leave it out
  --images 54016              with --hang: images of an epoch
  --epochs 4                  with --hang: epochs measured each time, after one that warms up
  --json                      results for programs, on standard output
  --help                      this text
`;

const definitions = {
  points: { type: 'string', default: '10000' },
  'log-metric-points': { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '5' },
  workers: { type: 'string', default: '1,4' },
  'memory-points': { type: 'string', default: '1000000' },
  hang: { type: 'boolean', default: false },
  images: { type: 'string', default: '54016' },
  epochs: { type: 'string', default: '4' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws InputError BENCH_UNKNOWN_OPTION, BENCH_BAD_NUMBER */
export function parseOptions(args: readonly string[]): TrackingBenchOptions {
  const values = parseValues(args, definitions);
  return {
    points: wholeNumber('--points', values.points),
    logMetricPoints: wholeNumber('--log-metric-points', values['log-metric-points'], 0),
    rounds: wholeNumber('--rounds', values.rounds),
    workers: values.workers.split(',').map((text) => wholeNumber('--workers', text)),
    memoryPoints: wholeNumber('--memory-points', values['memory-points'], 0),
    hang: values.hang,
    images: wholeNumber('--images', values.images),
    epochs: wholeNumber('--epochs', values.epochs),
    json: values.json,
    help: values.help,
  };
}
