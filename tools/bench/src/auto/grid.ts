import { fileURLToPath } from 'node:url';
import { choose } from '@glyphlab/tensorflow/processor';
import { type Contestant, type Precision, wholeBatches } from '../train/contestants.ts';
import { table } from '../train/report.ts';
import type { Series } from '../train/rounds.ts';
import { median } from '../train/statistics.ts';

/** What is left to the machine, settled by hand. */
export interface Setting {
  precision: Precision;
  towers: number;
  threads: number;
}

/** `auto` may be slower than the best setting by this share, not more. */
const BAR = 0.05;

export const nameOf = ({ precision, towers, threads }: Setting): string =>
  `${precision}, towers ${towers}, threads ${threads}`;

/** What `auto` chooses on this machine. */
export function autoAt(batchSize: number): Setting {
  const { precision, towers, threads } = choose({
    precision: 'auto',
    towers: 'auto',
    threads: 'auto',
    batchSize,
    backend: 'tensorflow',
  });
  return { precision, towers, threads };
}

/** Every combination, and what `auto` chooses for one of the batch sizes besides. */
export function settings(
  lists: { precisions: readonly Precision[]; towers: readonly number[]; threads: readonly number[] },
  chosen: readonly Setting[],
): Setting[] {
  const all = lists.precisions.flatMap((precision) =>
    lists.threads.flatMap((threads) => lists.towers.map((towers) => ({ precision, towers, threads }))),
  );
  return [...new Map([...all, ...chosen].map((setting) => [nameOf(setting), setting])).values()];
}

export function contestantFor(setting: Setting, images: number, runsDir: string): Contestant {
  const { precision, towers, threads } = setting;
  const file = fileURLToPath(new URL('auto-contestant.ts', import.meta.url));
  const args = [precision, String(towers), String(threads), runsDir];
  return {
    id: nameOf(setting),
    command: [process.execPath, '--import', 'tsx', file, ...args],
    images: wholeBatches(images),
  };
}

export interface Verdict {
  batch: number;
  auto: string;
  best: string;
  /** By how much `auto` is slower than the best: 0.05 is 5 %. */
  slower: number;
  met: boolean;
}

/** How far `auto` is from the best, at each batch size, by medians. */
export function verdicts(series: readonly Series[], chosen: ReadonlyMap<number, Setting>): Verdict[] {
  return [...chosen].map(([batch, setting]) => {
    const speeds = series
      .filter((one) => one.batch === batch)
      .map(({ contestant, imagesPerSecond }) => ({ contestant, speed: median(imagesPerSecond) }))
      .sort((a, b) => b.speed - a.speed);
    const [best, auto] = [speeds[0]!, speeds.find(({ contestant }) => contestant === nameOf(setting))!];
    const slower = 1 - auto.speed / best.speed;
    return { batch, auto: auto.contestant, best: best.contestant, slower, met: slower <= BAR };
  });
}

/** Medians of all settings, the slowest to the fastest round as a share of it, and what `auto` chose. */
export function describeGrid(series: readonly Series[], found: readonly Verdict[]): string {
  const batches = found.map(({ batch }) => batch);
  const rows = [...new Set(series.map(({ contestant }) => contestant))].map((name) => [
    name,
    ...found.map(({ batch, auto, best }) => {
      const { imagesPerSecond } = series.find((one) => one.batch === batch && one.contestant === name)!;
      const mark = [name === auto && 'auto', name === best && 'best'].filter(Boolean).join(', ');
      const middle = median(imagesPerSecond);
      const wide = Math.round((100 * (Math.max(...imagesPerSecond) - Math.min(...imagesPerSecond))) / middle);
      return `${Math.round(middle).toLocaleString('en')} (${wide} %)${mark && ` ${mark}`}`;
    }),
  ]);
  const lines = found.map(
    ({ batch, auto, best, slower, met }) =>
      `Batch ${batch}: auto (${auto}) is ${(100 * slower).toFixed(1)} % slower than the best (${best}): ${met ? 'met' : 'missed'}, ≤ ${100 * BAR} %`,
  );
  return `${table([['images/s', ...batches.map((batch) => `batch ${batch}`)], ...rows])}\n\n${lines.join('\n')}`;
}
