import { readFileSync } from 'node:fs';
import type { TopLevelSpec } from 'vega-lite';
import { categorical, colours } from './theme.ts';

/** Curves for a page on which one zooms and reads values. */
export interface InteractiveCurves {
  xTitle: string;
  yTitle: string;
  /** Values are 0–1 and shown in percent. */
  isShare: boolean;
  /** Draws the diagonal, as where confidence should be accuracy. */
  withDiagonal?: boolean;
  curves: readonly { name: string; points: readonly (readonly [x: number, y: number])[] }[];
}

/** A Vega specification of a chart as wide as the place that it is put in; drawn by {@link vegaRuntime}. */
export async function interactiveChart(options: InteractiveCurves): Promise<object> {
  const { xTitle, yTitle, isShare, withDiagonal, curves } = options;
  const { compile } = await import('vega-lite');
  const values = curves.flatMap(({ name, points }) =>
    points.filter(([, y]) => Number.isFinite(y)).map(([x, y]) => ({ run: name, x, y })),
  );
  const names = curves.map(({ name }) => name);
  const few = Math.max(0, ...curves.map(({ points }) => points.length)) <= 20;
  // One for colour and dash: they tell the same curves apart.
  const legend = { title: null, orient: 'bottom', direction: 'vertical', symbolType: 'stroke', labelLimit: 320 };
  const line = {
    data: { values },
    params: [
      { name: 'zoom', select: 'interval', bind: 'scales' },
      { name: 'pick', select: { type: 'point', fields: ['run'] }, bind: 'legend' },
    ],
    mark: { type: 'line', strokeWidth: 2, tooltip: true, point: few && { size: 30 } },
    encoding: {
      color: {
        field: 'run',
        type: 'nominal',
        scale: { domain: names, range: names.map((_, k) => categorical[k % categorical.length]) },
        legend,
      },
      strokeDash: {
        field: 'run',
        type: 'nominal',
        scale: {
          domain: names,
          range: names.map((_, k) => dashes[Math.floor(k / categorical.length) % dashes.length]),
        },
        legend,
      },
      opacity: { condition: { param: 'pick', value: 1 }, value: 0.12 },
    },
  };
  const diagonal = {
    data: { values: [0, 1].map((at) => ({ x: at, y: at })) },
    mark: { type: 'line', color: colours.grey, strokeDash: [4, 4] },
  };
  const spec = {
    width: 'container',
    height: 300,
    autosize: { type: 'fit', contains: 'padding', resize: true },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: xTitle, axis: { tickMinStep: withDiagonal ? 0.1 : 1 } },
      y: {
        field: 'y',
        type: 'quantitative',
        title: yTitle,
        scale: { zero: false },
        axis: isShare ? { format: '.1%' } : {},
      },
    },
    layer: withDiagonal ? [diagonal, line] : [line],
  };
  const config = { background: '#ffffff', axis: { gridColor: '#e6e6e6' }, view: { stroke: null } };
  return compile(spec as unknown as TopLevelSpec, { config }).spec;
}

const dashes = [
  [1, 0],
  [8, 4],
  [2, 3],
];

/** Vega for a page: JavaScript that defines `vega`, 0.5 MB. */
export const vegaRuntime = (): string => readFileSync(new URL('vega.min.js', import.meta.resolve('vega')), 'utf8');
