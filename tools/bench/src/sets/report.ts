import { QUIET_LOAD, type Report, table } from '../train/report.ts';
import { median } from '../train/statistics.ts';
import type { ManyMembers } from './many-members.ts';
import type { NodeLoss } from './node-loss.ts';
import type { Overhead } from './overhead.ts';
import type { SideBySide } from './side-by-side.ts';

/** Everything one run of the benchmark found out; what `--json` prints. */
export interface SetReport extends Pick<Report, 'startedAt' | 'machine' | 'loadAverage'> {
  losses?: NodeLoss[];
  overhead?: Overhead;
  sideBySide?: SideBySide;
  many?: ManyMembers;
}

/** For a person: each part beside what it is to reach. */
export function describeReport({ machine, loadAverage, losses, overhead, sideBySide, many }: SetReport): string {
  const parts = [
    `${machine.processor}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}; Ray 2.60.0.`,
    losses && describeLosses(losses),
    overhead && describeOverhead(overhead),
    sideBySide && describeSideBySide(sideBySide),
    many && describeMany(many),
    loadAverage > QUIET_LOAD &&
      `The machine was not quiet: load average ${loadAverage.toFixed(2)} at the start. Speeds may be low.`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

function describeLosses(losses: readonly NodeLoss[]): string {
  const rows = losses.flatMap(({ shared, results, mlflow, others, seconds }) =>
    Object.entries({ 'RESULTS.md': results, MLflow: mlflow }).map(([where, { found, lost, doubled }]) => {
      const verdict = found === 8 && lost === 0 && doubled === 0 ? 'met' : 'missed';
      const storage = shared ? 'shared' : 'not shared';
      const cells = [storage, where, ...[found, lost, doubled].map(String), verdict, seconds.toFixed(0)];
      return [...cells, where === 'MLflow' ? others.join('; ') : ''];
    }),
  );
  const head = ['storage', 'as in', 'results', 'lost', 'doubled', '8, 0, 0', 'seconds', 'other runs in MLflow'];
  return `8 members on two nodes of one CPU, one node killed in the middle\n\n${table([head, ...rows])}`;
}

function describeOverhead({ byHand, onRay }: Overhead): string {
  const over = median(onRay) - median(byHand);
  const rows = Object.entries({ 'by hand': byHand, 'as a member on Ray': onRay }).map(([name, seconds]) => [
    name,
    median(seconds).toFixed(2),
    range(seconds, 2),
  ]);
  const title = `A member costs ${over.toFixed(2)} s more than the same run by hand (${over <= 3 ? 'met' : 'missed'}: ≤ 3 s)`;
  return `${title}\n\n${table([['seconds', 'median', 'range'], ...rows])}`;
}

function describeSideBySide({ precision, two, one, towers }: SideBySide): string {
  const ratio = (to: readonly number[]): number => median(two.map((rate, round) => rate / to[round]!));
  const rows = [
    ['two members of one CPU, together', median(two).toFixed(0), range(two, 0), ''],
    ['one member of two CPUs', median(one).toFixed(0), range(one, 0), ratio(one).toFixed(2)],
    ['the same with towers: 2', median(towers).toFixed(0), range(towers, 0), ratio(towers).toFixed(2)],
  ];
  const title = `In ${precision}, two members side by side train ${ratio(one).toFixed(2)} times as fast as one (${ratio(one) >= 1.6 ? 'met' : 'missed'}: ≥ 1.6)`;
  return `${title}\n\n${table([['images per second', 'median', 'range', 'two by this'], ...rows])}`;
}

function describeMany({ members, finished, seconds, submittedSeconds, peakMemory }: ManyMembers): string {
  const megabytes = peakMemory === undefined ? NaN : peakMemory / 1e6;
  const isMet = finished === members && seconds < 60 && megabytes < 200;
  return table([
    [
      `${members.toLocaleString('en')} members, answered as by Ray`,
      isMet ? 'met: < 60 s, < 200 MB' : 'missed: < 60 s, < 200 MB',
    ],
    ['finished', String(finished)],
    ['seconds until all are submitted', submittedSeconds.toFixed(1)],
    ['seconds until the results are written', seconds.toFixed(1)],
    ['largest memory of the process that submits', `${megabytes.toFixed(0)} MB`],
  ]);
}

const range = (values: readonly number[], digits: number): string =>
  `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;
