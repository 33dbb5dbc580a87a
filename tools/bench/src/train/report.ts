import type { RatioRow } from './bars.ts';
import type { Series } from './rounds.ts';
import { median, spread } from './statistics.ts';

/** Everything one run of the benchmark found out; what `--json` prints. */
export interface Report {
  startedAt: string;
  machine: { processor: string; cores: number; platform: string; node: string };
  /** Of the last minute before the start: other programs take their share of what is measured. */
  loadAverage: number;
  /** Whether runs that other programs disturbed were repeated. */
  undisturbed: boolean;
  /** What ours trained on. */
  data: string;
  rounds: number;
  versions: Readonly<Record<string, string>>;
  speeds: (Series & { median: number; spread: number })[];
  ratios: RatioRow[];
}

/** A machine with more load than this is not quiet. */
export const QUIET_LOAD = 0.5;

export const summarise = (series: Series): Series & { median: number; spread: number } => ({
  ...series,
  median: median(series.imagesPerSecond),
  spread: spread(series.imagesPerSecond),
});

/** Lines of equal cells, padded, as a Markdown table. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, k) => (k === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

const count = (value: number): string => Math.round(value).toLocaleString('en');

/** The report for a person: speeds, then ratios beside what they are to reach. */
export function describeReport({
  machine,
  loadAverage,
  undisturbed,
  data,
  rounds,
  versions,
  speeds,
  ratios,
}: Report): string {
  const batches = [...new Set(speeds.map(({ batch }) => batch))];
  const head = (first: string): string[] => [first, ...batches.map((batch) => `batch ${batch}`)];
  const speedRows = Object.keys(versions).map((contestant) => [
    contestant,
    ...batches.map((batch) => {
      const series = speeds.find((s) => s.contestant === contestant && s.batch === batch)!;
      return `${count(series.median)} (${Math.round(100 * series.spread)} %)`;
    }),
  ]);
  const ratioLines = ratios.map(({ name, towers, ratios }) => [
    `${name}, ${towers === 1 ? '1 tower' : `${towers} towers`}`,
    ...batches.map((batch) => {
      const found = ratios.find((r) => r.batch === batch);
      if (!found) return '–';
      const verdict = found.bar === undefined ? '' : ` (${found.met ? 'met' : 'missed'}: ≥ ${found.bar})`;
      return found.ratio.toFixed(2) + verdict;
    }),
  ]);
  const parts = [
    `${machine.processor}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}. ${rounds} rounds, interleaved; ours on ${data}.`,
    Object.entries(versions).map(([contestant, version]) => `${contestant}: ${version}`).join('\n'),
    `Images/s of training, median (from smallest to largest, as a share of it)\n\n${table([head(''), ...speedRows])}`,
  ]; // prettier-ignore
  if (ratios.length > 0) parts.push(`Ratios of medians\n\n${table([head(''), ...ratioLines])}`);
  if (undisturbed) parts.push('Runs that other programs disturbed were repeated.');
  else if (loadAverage > QUIET_LOAD) {
    parts.push(`The machine was not quiet: load average ${loadAverage.toFixed(2)} at the start. Figures may be low.`);
  }
  return parts.join('\n\n');
}
