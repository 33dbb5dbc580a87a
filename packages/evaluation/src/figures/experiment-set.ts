import type { EpochMetrics } from './learning-curves.ts';
import { renderPng, type FigureSpec } from './render.ts';
import { accuracyChannel, epochChannel } from './scales.ts';
import { categorical, colours, FIGURE, short } from './theme.ts';

/** Runs of one setting, which differ in the seed only. */
export interface RunGroup {
  name: string;
  runs: readonly ExperimentRun[];
}

export interface ExperimentRun {
  history: readonly EpochMetrics[];
  /** The result to compare, 0–1, as test accuracy; NaN if the run has none. */
  score: number;
}

/** An accuracy of several settings over the epochs: a line for the mean of the seeds, a band from worst to best, as PNG. */
export function drawGroupCurves(groups: readonly RunGroup[], options: GroupCurvesOptions = {}): Promise<Uint8Array> {
  return renderPng(groupCurvesSpec(groups, options));
}

export interface GroupCurvesOptions {
  title?: string;
  /** Metric to draw, an accuracy; default `val/accuracy`. */
  metric?: string;
}

/** Result of several settings, best mean first: a dot a run, mean and standard deviation over the seeds, as PNG. */
export function drawGroupScores(groups: readonly RunGroup[], options: GroupScoresOptions = {}): Promise<Uint8Array> {
  return renderPng(groupScoresSpec(groups, options));
}

export interface GroupScoresOptions {
  title?: string;
  /** What the score is; default `Test accuracy`. */
  scoreName?: string;
}

export function groupCurvesSpec(
  groups: readonly RunGroup[],
  { title = 'Validation accuracy', metric = 'val/accuracy' }: GroupCurvesOptions,
): FigureSpec {
  const points = groups.flatMap((group, i) => seedRange(group, metric).map((point) => ({ ...point, group: i })));
  const values = points.flatMap(({ worst, best }) => [worst, best]);
  const { position, ...y } = accuracyChannel('Accuracy', values);
  const data = {
    values: points.map((p) => ({ ...p, low: position(p.worst), high: position(p.best), at: position(p.mean) })),
  };
  const domain = groups.map((_, i) => i);
  const names = groups.map(({ name }) => short(name, 40));
  const legend = {
    title: null,
    orient: 'top',
    columns: 3,
    symbolType: 'stroke',
    symbolSize: 900,
    symbolOpacity: 1,
    labelExpr: `${JSON.stringify(names)}[datum.value]`,
  };
  const color = {
    field: 'group',
    type: 'nominal',
    scale: { domain, range: domain.map((i) => categorical[i % 7]) },
    legend,
  };
  const dash = {
    domain,
    range: domain.map(
      (i) =>
        [
          [1, 0],
          [8, 4],
          [2, 3],
        ][Math.floor(i / 7) % 3],
    ),
  };
  const spec = {
    ...FIGURE,
    title: { text: title, subtitle: 'Mean over the seeds; the band reaches from the worst to the best' },
    data,
    encoding: { x: { field: 'epoch', ...epochChannel(points.map(({ epoch }) => epoch)) }, color },
    layer: [
      {
        mark: { type: 'area', opacity: 0.15 },
        encoding: { y: { field: 'low', ...y }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', strokeWidth: 2.5, point: points.length <= 20 * groups.length && { size: 30 } },
        encoding: { y: { field: 'at', ...y }, strokeDash: { field: 'group', type: 'nominal', scale: dash, legend } },
      },
    ],
  };
  return spec as unknown as FigureSpec;
}

export function groupScoresSpec(
  groups: readonly RunGroup[],
  { title, scoreName = 'Test accuracy' }: GroupScoresOptions,
): FigureSpec {
  const rows = groups
    .map(({ name, runs }) => ({ name: short(name, 40), ...describe(runs.map(({ score }) => score)) }))
    .sort((a, b) => (Number.isNaN(a.mean) ? 1 : Number.isNaN(b.mean) ? -1 : b.mean - a.mean))
    .map((group, row) => ({ ...group, row }));
  const scored = rows.filter(({ scores }) => scores.length > 0);
  const all = scored.flatMap(({ scores, low, high }) => [...scores, low, high]);
  const spread = Math.max(...all) - Math.min(...all) || 0.01;
  const domain =
    all.length === 0 ? [0, 1] : [Math.min(...all) - 0.06 * spread, Math.min(1, Math.max(...all) + 0.06 * spread)];
  const spec = {
    width: 560,
    height: { step: 40 },
    title: {
      text: title ?? scoreName,
      subtitle: 'A ring a run; diamond and line: mean ± standard deviation over the seeds',
    },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        title: null,
        scale: { domain: rows.map(({ row }) => row) },
        axis: {
          labelExpr: `${JSON.stringify(rows.map(({ name }) => name))}[datum.value]`,
          labelLimit: 0,
          grid: true,
          ticks: false,
          domain: false,
        },
      },
      x: {
        type: 'quantitative',
        title: `${scoreName} (%)`,
        scale: { domain, nice: true, zero: false },
        axis: { labelExpr: "format(datum.value * 100, '.6~g')", tickCount: 6, labelFlush: false },
      },
    },
    layer: [
      {
        data: { values: scored },
        mark: { type: 'rule', strokeWidth: 4, color: colours.sky },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
      {
        data: { values: scored.flatMap(({ scores, row }) => scores.map((score) => ({ row, score }))) },
        mark: { type: 'point', shape: 'circle', size: 110, color: colours.black, strokeWidth: 1.5, opacity: 0.8 },
        encoding: { x: { field: 'score', type: 'quantitative' } },
      },
      {
        data: { values: scored },
        mark: {
          type: 'point',
          shape: 'diamond',
          size: 190,
          filled: true,
          opacity: 1,
          color: colours.blue,
          stroke: 'white',
        },
        encoding: { x: { field: 'mean', type: 'quantitative' } },
      },
      {
        data: { values: rows },
        mark: { type: 'text', x: 575, align: 'left', fontSize: 15, color: colours.black },
        encoding: { x: null, text: { field: 'text' } },
      },
    ],
  };
  return spec as unknown as FigureSpec;
}

interface SeedRange {
  epoch: number;
  mean: number;
  worst: number;
  best: number;
}

/** Mean, lowest and highest value of each epoch over the runs that reached it. */
function seedRange({ runs }: RunGroup, metric: string): SeedRange[] {
  const byEpoch = new Map<number, number[]>();
  for (const { epoch, metrics } of runs.flatMap(({ history }) => history)) {
    const value = metrics[metric];
    if (value === undefined || !Number.isFinite(value)) continue;
    byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
  }
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, values]) => ({ epoch, mean: mean(values), worst: Math.min(...values), best: Math.max(...values) }));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean and sample standard deviation (n − 1) of the finite scores; one run alone has no deviation. */
function describe(all: readonly number[]) {
  const scores = all.filter(Number.isFinite);
  const centre = mean(scores);
  const squares = scores.reduce((sum, score) => sum + (score - centre) ** 2, 0);
  const deviation = scores.length > 1 ? Math.sqrt(squares / (scores.length - 1)) : 0;
  const percent = (value: number) => (100 * value).toFixed(deviation > 0 && deviation < 0.0005 ? 3 : 2);
  const plusMinus = scores.length > 1 ? ` ± ${percent(deviation)}` : '';
  const text =
    scores.length === 0
      ? 'no result'
      : `${percent(centre)}${plusMinus} %, ${scores.length === 1 ? '1 run' : `${scores.length} runs`}`;
  return { scores, mean: centre, low: centre - deviation, high: centre + deviation, text };
}
