import { QUIET_LOAD, type Report, table } from '../train/report.ts';
import { median, spread } from '../train/statistics.ts';
import type { EpochSeconds, HangOptions } from './hang.ts';
import { relative } from './report.ts';

/** What `--hang --json` prints. */
export interface HangReport extends Pick<Report, 'startedAt' | 'machine' | 'loadAverage' | 'data'>, HangOptions {
  seconds: EpochSeconds;
}

const NAMES: Record<keyof EpochSeconds, string> = {
  none: 'no tracking at all',
  answers: 'a real MLflow server',
  hangs: 'a server that accepts connections and never answers',
};

/** How much longer an epoch with a server that hangs may take. */
const MOST = 1.02;

/** The report for a person: seconds of an epoch, beside those without tracking. */
export function describeHang({ machine, loadAverage, data, rounds, images, epochs, seconds }: HangReport): string {
  const rows = (Object.keys(NAMES) as (keyof EpochSeconds)[]).map((way) => {
    const ratio = relative(seconds[way], seconds.none);
    const verdict = way === 'hangs' ? ` (${ratio <= MOST ? 'met' : 'missed'}: ≤ ${MOST})` : '';
    const range = `${Math.round(1000 * spread(seconds[way])) / 10} %`;
    return [NAMES[way], `${median(seconds[way]).toFixed(3)} s`, range, ratio.toFixed(4) + verdict];
  });
  const parts = [
    `${machine.processor}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}; ${images.toLocaleString('en')} images of ${data} an epoch, bf16, batch 64, two towers. ${rounds} rounds of ${epochs} epochs, interleaved.`,
    table([['an epoch, tracked by', 'median', 'spread', 'to no tracking'], ...rows]),
  ];
  if (loadAverage > QUIET_LOAD) parts.push(`The machine was not quiet: load average ${loadAverage.toFixed(2)} at the start.`); // prettier-ignore
  return parts.join('\n\n');
}
