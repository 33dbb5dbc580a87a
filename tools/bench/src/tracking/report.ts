import { QUIET_LOAD, table, type Report } from '../train/report.ts';
import { median } from '../train/statistics.ts';
import type { LoggingCost } from './ours.ts';
import type { Throughput } from './throughput.ts';

/** Everything one run of the benchmark found out; what `--json` prints. */
export interface TrackingReport extends Pick<Report, 'startedAt' | 'machine' | 'loadAverage' | 'rounds'> {
  points: number;
  servers: Throughput[];
  cost?: LoggingCost;
}

const NAMES = {
  bare: 'bare HTTP, 1000 points a request',
  log_batch: 'Python log_batch, 1000 points each',
  log_metric: 'Python log_metric',
  ours: 'ours',
} as const;

/** The report for a person: points per second of each way, beside the bare bound, then what logging costs. */
export function describeReport({ machine, loadAverage, rounds, points, servers, cost }: TrackingReport): string {
  const parts = [
    `${machine.processor}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}. ${rounds} rounds of ${count(points)} points, interleaved.`,
    loadAverage > QUIET_LOAD
      ? `The machine was shared: its load average was ${loadAverage.toFixed(2)} at the start.`
      : '',
    ...servers.map(describeServer),
    cost ? describeCost(cost) : '',
  ];
  return parts.filter(Boolean).join('\n\n');
}

function describeServer({ workers, rates }: Throughput): string {
  const rows = (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .filter((way) => rates[way].length > 0)
    .map((way) => {
      const range = `${count(Math.min(...rates[way]))}–${count(Math.max(...rates[way]))}`;
      return [NAMES[way], count(median(rates[way])), range, relative(rates[way], rates.bare).toFixed(2)];
    });
  const ratio = relative(rates.ours, rates.log_batch).toFixed(2);
  const title = `MLflow server with ${workers} worker${workers > 1 ? 's' : ''}: ours is ${ratio} times Python's log_batch`;
  return `${title}\n\n${table([['points per second', 'median', 'range', 'of bare'], ...rows])}`;
}

/** Median of the ratios round by round: a machine's speed drifts, and what ran in the same round met the same. */
export function relative(rates: readonly number[], to: readonly number[]): number {
  if (rates.length !== to.length) return median(rates) / median(to);
  return median(rates.map((rate, round) => rate / to[round]!));
}

function describeCost({ points, medianUs, p99Us, memoryAtTenthMb, memoryAtEndMb }: LoggingCost): string {
  const rows = [
    [`${count(points)} points, server down`, ''],
    ['a logged metric holds the training thread, median', `${medianUs.toFixed(2)} µs`],
    ['99th percentile', `${p99Us.toFixed(2)} µs`],
    ['memory of the process after a tenth of the points', `${memoryAtTenthMb.toFixed(0)} MB`],
    ['memory at the end', `${memoryAtEndMb.toFixed(0)} MB`],
  ];
  return table(rows);
}

const count = (value: number): string => Math.round(value).toLocaleString('en');
