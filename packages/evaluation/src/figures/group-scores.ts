import { renderPng, type FigureSpec } from './render.ts';
import { mean, type RunGroup } from './run-group.ts';
import { accuracyDomain } from './scales.ts';
import { drawableNames, short } from './text/names.ts';
import { colours } from './theme.ts';

/** Result of several settings, best mean first: a dot a run, mean and standard deviation over the seeds, as PNG. */
export function drawGroupScores(groups: readonly RunGroup[], options: GroupScoresOptions = {}): Promise<Uint8Array> {
  return renderPng(groupScoresSpec(groups, options));
}

export interface GroupScoresOptions {
  title?: string;
  /** What the score is; default `Test accuracy`. */
  scoreName?: string;
  /** Images that they were measured on: differences that chance makes do not fill the axis. */
  numImages?: number | undefined;
}

export function groupScoresSpec(
  groups: readonly RunGroup[],
  { title, scoreName = 'Test accuracy', numImages }: GroupScoresOptions,
): FigureSpec {
  const names = drawableNames(groups.map(({ name }) => name));
  const rows = groups
    .map(({ runs }, k) => ({ name: short(names[k]!, 40), ...describe(runs.map(({ score }) => score)) }))
    .sort((a, b) => (Number.isNaN(a.mean) ? 1 : Number.isNaN(b.mean) ? -1 : b.mean - a.mean))
    .map((group, row) => ({ ...group, row }));
  const scored = rows.filter(({ scores }) => scores.length > 0);
  const all = scored.flatMap(({ scores, low, high }) => [...scores, low, high]);
  const [least, most] = accuracyDomain(all, numImages).domain;
  const margin = 0.06 * (most - least || 0.01);
  const domain = all.length === 0 ? [0, 1] : [least - margin, Math.min(1, most + margin)];
  return {
    width: 560,
    height: { step: 40 },
    title: {
      text: title ?? scoreName,
      subtitle: 'One ring per run; diamond and line: mean ± standard deviation over the seeds',
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
}

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
