import type { EpochMetrics } from './run-group.ts';
import type { FigureSpec } from './render.ts';
import { epochChannel } from './scales.ts';
import { colours, FIGURE } from './theme.ts';

/** How each series is drawn: apart by colour and by dash, so that neither alone has to be seen. */
const looks: Record<string, { colour: string; dash: number[] }> = {
  train: { colour: colours.blue, dash: [7, 4] },
  val: { colour: colours.vermillion, dash: [1, 0] },
  lr: { colour: colours.green, dash: [1, 0] },
};

interface CurvePoint {
  epoch: number;
  metric: string;
  /** `train`, `val` or `lr`. */
  series: string;
  value: number;
}

/** The values of the metrics, one curve after the other; what an epoch did not log is left out. */
export function pointsOf(history: readonly EpochMetrics[], metrics: readonly string[]): CurvePoint[] {
  return metrics.flatMap((metric) =>
    history
      .filter(({ metrics: logged }) => logged[metric] !== undefined)
      .map(({ epoch, metrics: logged }) => ({ epoch, metric, series: metric.split('/')[0]!, value: logged[metric]! })),
  );
}

interface Curves {
  title: string;
  history: readonly EpochMetrics[];
  points: readonly CurvePoint[];
  y: object;
  /** Where a value stands on the y scale. */
  position: (value: number) => number;
  print: (value: number) => string;
  bestEpoch?: number | undefined;
}

/** Curves over the epochs, the kept epoch marked, what cannot be drawn named below the title. */
export function curvesSpec({ title, history, points, y, position, print, bestEpoch }: Curves): FigureSpec {
  const drawn = points
    .filter((point) => Number.isFinite(point.value))
    .map((point) => ({ ...point, at: position(point.value) }));
  const best = drawn.filter((point) => point.epoch === bestEpoch && point.series === 'val');
  const names = [...new Set(points.map((point) => point.series))];
  const scale = (look: 'colour' | 'dash') => ({ domain: names, range: names.map((name) => looks[name]![look]) });
  const legend =
    names.length > 1 ? { title: null, orient: 'top', symbolType: 'stroke', symbolSize: 900, symbolOpacity: 1 } : null;
  const color = { field: 'series', type: 'nominal', scale: scale('colour'), legend };
  const late = bestEpoch !== undefined && bestEpoch > history.length / 2;
  return {
    ...FIGURE,
    title: { text: title, subtitle: [summary(drawn, best[0], print), ...notFinite(points)] },
    encoding: {
      x: { field: 'epoch', ...epochChannel(history.map(({ epoch }) => epoch)) },
      y: { field: 'at', ...y },
    },
    layer: [
      {
        data: { values: best },
        mark: { type: 'rule', color: colours.grey, strokeDash: [4, 4] },
        encoding: { y: null },
      },
      {
        data: { values: drawn },
        mark: { type: 'line', strokeWidth: 2.5 },
        encoding: {
          color,
          strokeDash: { field: 'series', type: 'nominal', scale: scale('dash'), legend },
        },
      },
      {
        data: { values: history.length <= 20 ? drawn : [] },
        mark: { type: 'point', filled: true, opacity: 1, size: 50 },
        encoding: { color },
      },
      {
        data: { values: best },
        mark: {
          type: 'point',
          shape: 'diamond',
          size: 300,
          filled: true,
          opacity: 1,
          color: looks['val']!.colour,
          stroke: 'white',
          strokeWidth: 1.5,
        },
      },
      {
        data: { values: best },
        mark: {
          type: 'text',
          text: 'best',
          y: 8,
          dx: late ? -6 : 6,
          align: late ? 'right' : 'left',
          fontSize: 15,
          color: colours.grey,
        },
        encoding: { y: null },
      },
    ],
  };
}

/** The values a reader would look up: those of the best epoch, else of the last. */
function summary(drawn: readonly CurvePoint[], best: CurvePoint | undefined, print: (value: number) => string): string {
  if (drawn.length === 0) return 'No values';
  const epoch = best?.epoch ?? Math.max(...drawn.map((point) => point.epoch));
  const values = drawn.filter((point) => point.epoch === epoch).map((point) => `${point.series} ${print(point.value)}`);
  return `${best ? 'Best' : 'Last'} epoch ${epoch}: ${values.join(', ')}`;
}

/** Which values could not be drawn, one line a metric. */
function notFinite(points: readonly CurvePoint[]): string[] {
  const metrics = new Map<string, number[]>();
  for (const point of points) {
    if (Number.isFinite(point.value)) continue;
    metrics.set(point.metric, [...(metrics.get(point.metric) ?? []), point.epoch]);
  }
  return [...metrics].map(([metric, epochs]) => {
    const more = epochs.length > 8 ? ` and ${epochs.length - 8} more` : '';
    return `${metric} is not a finite number at epoch ${epochs.slice(0, 8).join(', ')}${more}`;
  });
}
