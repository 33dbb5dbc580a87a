import { renderPng, type FigureSpec } from './render.ts';
import { mean, type RunGroup } from './run-group.ts';
import { accuracyChannel, epochChannel } from './scales.ts';
import { drawableNames, short } from './text/names.ts';
import { categorical, FIGURE } from './theme.ts';

/** An accuracy of several settings over the epochs: a line for the mean of the seeds, a band from worst to best, as PNG. */
export function drawGroupCurves(groups: readonly RunGroup[], options: GroupCurvesOptions = {}): Promise<Uint8Array> {
  return renderPng(groupCurvesSpec(groups, options));
}

export interface GroupCurvesOptions {
  title?: string;
  /** Metric to draw, an accuracy; default `val/accuracy`. */
  metric?: string;
  /** What the numbers of the epochs are; default `Epoch`. */
  xTitle?: string;
  /** Images that they were measured on: differences that chance makes do not fill the axis. */
  numImages?: number | undefined;
}

export function groupCurvesSpec(
  groups: readonly RunGroup[],
  { title = 'Validation accuracy', metric = 'val/accuracy', xTitle = 'Epoch', numImages }: GroupCurvesOptions,
): FigureSpec {
  const points = groups.flatMap((group, i) => seedRange(group, metric).map((point) => ({ ...point, group: i })));
  const values = points.flatMap(({ worst, best }) => [worst, best]);
  const { position, ...y } = accuracyChannel('Accuracy', values, numImages);
  const data = {
    values: points.map((p) => ({ ...p, low: position(p.worst), high: position(p.best), at: position(p.mean) })),
  };
  const domain = groups.map((_, i) => i);
  const names = drawableNames(groups.map(({ name }) => name)).map((name) => short(name, 40));
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
  return {
    ...FIGURE,
    title: { text: title, subtitle: 'Mean over the seeds; the band reaches from the worst to the best' },
    data,
    encoding: { x: { field: 'epoch', ...epochChannel(points.map(({ epoch }) => epoch)), title: xTitle }, color },
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
