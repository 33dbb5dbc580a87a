import { type FigureSpec, renderPng } from './render.ts';
import { accuracyChannel, magnitudeChannel } from './scales.ts';
import { drawableNames, short } from './text/names.ts';
import { categorical, colours, FIGURE } from './theme.ts';

/** Trials of searches in one space. */
export interface SearchedSpace {
  dimensions: readonly SearchedDimension[];
  trials: readonly SearchedTrial[];
  /** As `val/accuracy`. */
  monitor: string;
  mode: 'min' | 'max';
  /** Images that it was measured on. */
  numImages?: number | undefined;
}

export interface SearchedDimension {
  /** Key of the configuration. */
  key: string;
  /** Of numbers; a logarithmic one spreads each order of magnitude as far. */
  range?: readonly [min: number, max: number];
  isLogarithmic?: boolean;
  /** Instead of a range. */
  options?: readonly string[];
}

interface SearchedTrial {
  /** One a dimension: a number, or the index of an option. */
  values: readonly number[];
  value: number;
  isStopped: boolean;
}

/** How much each key mattered, by search: bars of shares (0–1), as PNG. */
export const drawImportance = (
  searches: readonly { name: string; shares: ReadonlyMap<string, number> }[],
  title: string,
): Promise<Uint8Array> => renderPng(importanceSpec(searches, title));

/** A line a trial through the values that it had, the best tenth in front, as PNG. */
export const drawParallel = (space: SearchedSpace, title: string): Promise<Uint8Array> =>
  renderPng(parallelSpec(space, title));

/** What trials came to by each key alone, as PNG. */
export const drawSlices = (space: SearchedSpace, title: string): Promise<Uint8Array> =>
  renderPng(slicesSpec(space, title));

const nameOf = (key: string): string => short(key.split('.').at(-1)!, 22);

function importanceSpec(
  searches: readonly { name: string; shares: ReadonlyMap<string, number> }[],
  title: string,
): FigureSpec {
  const names = drawableNames(searches.map(({ name }) => name)).map((name) => short(name, 30));
  const keys = [...new Set(searches.flatMap(({ shares }) => [...shares.keys()]))];
  const meanOf = (key: string): number => searches.reduce((sum, { shares }) => sum + (shares.get(key) ?? 0), 0);
  const order = keys.toSorted((a, b) => meanOf(b) - meanOf(a));
  const values = searches.flatMap(({ shares }, k) =>
    [...shares].map(([key, share]) => ({ key: nameOf(key), share, search: names[k] })),
  );
  const color = { field: 'search', type: 'nominal', sort: names, scale: { domain: names, range: names.map((_, k) => categorical[k % 7]) }, legend: { title: null, orient: 'top' } }; // prettier-ignore
  return {
    width: 640,
    height: { step: searches.length > 1 ? 16 : 34 },
    title: { text: title, subtitle: 'Share of what made a trial one of the best tenth (PED-ANOVA)' },
    data: { values },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'key', type: 'nominal', sort: order.map(nameOf), title: null },
      yOffset: { field: 'search', sort: names },
      x: { field: 'share', type: 'quantitative', title: 'Importance (%)', axis: { tickCount: 6, labelExpr: "format(datum.value * 100, '~g')" } }, // prettier-ignore
      color: searches.length > 1 ? color : { value: colours.blue },
    },
  };
}

type Rank = 'best tenth' | 'other' | 'stopped early';
const ranks: readonly Rank[] = ['stopped early', 'other', 'best tenth'];
const rankColor = {
  field: 'rank',
  type: 'ordinal',
  sort: ranks,
  scale: { domain: ranks, range: ['#bbbbbb', colours.sky, colours.vermillion] },
  legend: { title: null, orient: 'top', symbolOpacity: 1 },
};

/** The best tenth of those that were trained to their end, and what became of the others. */
function ranked({ trials, mode }: SearchedSpace): (SearchedTrial & { rank: Rank })[] {
  const merit = ({ value }: SearchedTrial): number => (Number.isFinite(value) ? (mode === 'max' ? value : -value) : -Infinity); // prettier-ignore
  const finished = trials.filter(({ isStopped }) => !isStopped).toSorted((a, b) => merit(b) - merit(a));
  const best = new Set(finished.slice(0, Math.ceil(finished.length / 10)));
  return trials
    .map((trial): SearchedTrial & { rank: Rank } => ({
      ...trial,
      rank: trial.isStopped ? 'stopped early' : best.has(trial) ? 'best tenth' : 'other',
    })) // prettier-ignore
    .toSorted((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank));
}

function parallelSpec(space: SearchedSpace, title: string): FigureSpec {
  const { dimensions, monitor, mode } = space;
  const lines = ranked(space).flatMap(({ values, rank }, trial) =>
    values.map((value, at) => ({ trial, at, rank, height: heightOf(dimensions[at]!, value) })),
  );
  const marks = dimensions.flatMap((dimension, at) => {
    const { range, options } = dimension;
    const shown = options ? options.map((text, k) => [text, k] as const) : range!.map((end) => [String(end), end] as const); // prettier-ignore
    return shown.map(([text, value]) => ({ at, text: short(text, 16), height: heightOf(dimension, value) }));
  });
  const names = JSON.stringify(dimensions.map(({ key }) => nameOf(key)));
  const x = {
    field: 'at',
    type: 'ordinal',
    title: null,
    axis: { labelExpr: `${names}[datum.value]`, orient: 'bottom', labelAngle: dimensions.length > 6 ? -20 : 0, grid: true }, // prettier-ignore
  };
  const y = { field: 'height', type: 'quantitative', axis: null, scale: { domain: [-0.04, 1.04] } };
  return {
    ...FIGURE,
    title: { text: title, subtitle: `A line a trial; the best tenth by ${mode === 'max' ? 'highest' : 'lowest'} ${monitor} in front` }, // prettier-ignore
    layer: [
      ...[false, true].map((isBest) => ({
        data: { values: lines.filter(({ rank }) => (rank === 'best tenth') === isBest) },
        mark: { type: 'line', strokeWidth: isBest ? 2.5 : 1.5, opacity: isBest ? 1 : 0.45 },
        encoding: { x, y, detail: { field: 'trial' }, color: rankColor },
      })),
      {
        data: { values: marks },
        mark: { type: 'text', align: 'left', dx: 7, fontSize: 13, color: colours.black },
        encoding: { x, y, text: { field: 'text' } },
      },
    ],
  };
}

/** From 0 at the lowest value, or the first option, to 1. */
function heightOf({ range, isLogarithmic, options }: SearchedDimension, value: number): number {
  if (options) return options.length > 1 ? value / (options.length - 1) : 0.5;
  const at = isLogarithmic ? Math.log : (number: number) => number;
  return (at(value) - at(range![0])) / (at(range![1]) - at(range![0]));
}

function slicesSpec(space: SearchedSpace, title: string): FigureSpec {
  const { dimensions, monitor, numImages } = space;
  const shown = ranked(space).filter(({ value }) => Number.isFinite(value));
  const all = shown.map(({ value }) => value);
  const { position, ...channel } =
    monitor === 'val/accuracy'
      ? accuracyChannel(monitor, all, numImages)
      : { position: (value: number) => value, ...magnitudeChannel(monitor, all) };
  const views = dimensions.map(({ key, range, isLogarithmic, options }, at) => {
    const name = nameOf(key);
    const labels = JSON.stringify(options?.map((option) => short(option, 14)));
    return {
      width: 280,
      height: 200,
      data: { values: shown.map(({ values, value, rank }) => ({ x: values[at], y: position(value), rank })) },
      mark: { type: 'point', filled: true, size: 45, opacity: 0.75 },
      encoding: {
        x: options
          ? { field: 'x', type: 'ordinal', title: name, axis: { labelExpr: `${labels}[datum.value]`, labelAngle: 0 }, scale: { domain: options.map((_, k) => k) } } // prettier-ignore
          : { field: 'x', type: 'quantitative', title: name, axis: { format: '~g', tickCount: 4, labelOverlap: true }, scale: { type: isLogarithmic ? 'log' : 'linear', domain: range, nice: false } }, // prettier-ignore
        y: { field: 'y', ...channel, title: at % 3 === 0 ? monitor : null },
        color: rankColor,
      },
    };
  });
  return { title: { text: title, subtitle: `A dot a trial; ${channel.title}` }, columns: 3, concat: views };
}
