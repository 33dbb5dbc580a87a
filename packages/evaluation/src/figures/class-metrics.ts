import { percent } from '@glyphlab/core';
import type { ClassMetrics } from '../metrics/class-metrics.ts';
import type { Evaluation } from '../metrics/evaluate-predictions.ts';
import { renderPng, type FigureSpec } from './render.ts';
import { drawableNames, short } from './text/names.ts';
import { colours } from './theme.ts';

type Classes = Pick<Evaluation, 'perClass' | 'macro'>;

/** A row a class: F1 as a bar, precision and recall as marks on it, the macro F1 as a line across; as PNG. */
export function drawClassMetrics(evaluation: Classes, options: { title?: string } = {}): Promise<Uint8Array> {
  return renderPng(classMetricsSpec(evaluation, options));
}

export function classMetricsSpec(
  { perClass, macro }: Classes,
  { title = 'Precision, recall and F1 of each class' }: { title?: string },
): FigureSpec {
  const step = Math.max(18, Math.min(44, Math.floor(880 / perClass.length)));
  const fontSize = step < 24 ? 13 : 15;
  const drawn = drawableNames(perClass.map(({ name }) => name));
  const names = drawn.map((name) => short(name));
  const low = axisStart(perClass);
  const rows = perClass.map((entry, row) => ({
    ...entry,
    row,
    low,
    f1Text: percent(entry.f1, 1),
  }));
  const marks = rows.flatMap(({ row, precision, recall }) => [
    { row, measure: 'precision', value: precision },
    { row, measure: 'recall', value: recall },
  ]);
  return {
    width: 640,
    height: { step },
    title: {
      text: title,
      subtitle: subtitle(
        perClass.map((entry, k) => ({ ...entry, name: drawn[k]! })),
        macro.f1,
        low,
      ),
    },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        title: null,
        sort: null,
        scale: { domain: rows.map(({ row }) => row), padding: 0.25 },
        axis: {
          labelExpr: `${JSON.stringify(names)}[datum.value]`,
          labelFontSize: fontSize,
          labelLimit: 0,
          labelOverlap: false,
          ticks: false,
          domain: false,
        },
      },
      x: {
        type: 'quantitative',
        title: null,
        scale: { domain: [low, 1], nice: false },
        axis: { labelExpr: "format(datum.value * 100, '.4~g') + ' %'", tickCount: 6, labelFlush: false },
      },
    },
    layer: [
      {
        data: { values: rows },
        mark: { type: 'bar', color: BAR },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'f1' } },
      },
      {
        data: { values: [{}] },
        mark: { type: 'rule', color: colours.black, strokeDash: [4, 3] },
        encoding: { y: null, x: { datum: macro.f1, type: 'quantitative' } },
      },
      {
        data: { values: marks },
        mark: { type: 'point', filled: true, opacity: 1, stroke: 'white', strokeWidth: 1, size: step < 24 ? 80 : 150 },
        encoding: {
          x: { field: 'value', type: 'quantitative' },
          color: { field: 'measure', type: 'nominal', scale: look('colour'), legend: { title: null, orient: 'top' } },
          shape: { field: 'measure', type: 'nominal', scale: look('shape') },
        },
      },
      ...columns.flatMap(({ x, heading, field }) => {
        const text = { type: 'text', x, align: 'right', fontSize, color: colours.grey };
        return [
          { data: { values: [{}] }, mark: { ...text, y: -10, text: heading }, encoding: { x: null, y: null } },
          { data: { values: rows }, mark: text, encoding: { x: null, text: { field } } },
        ];
      }),
    ],
  };
}

const BAR = '#b3cee0';

/** Precision, recall and F1 differ in colour and in shape. */
const looks = [
  { name: 'F1', colour: BAR, shape: 'square' },
  { name: 'precision', colour: colours.vermillion, shape: 'triangle-right' },
  { name: 'recall', colour: colours.green, shape: 'circle' },
];
const look = (aspect: 'colour' | 'shape') => ({
  domain: looks.map(({ name }) => name),
  range: looks.map((entry) => entry[aspect]),
});

/** Figures beside the rows. */
const columns = [
  { x: 730, heading: 'F1', field: 'f1Text' },
  { x: 810, heading: 'examples', field: 'support' },
];

/** Zero, unless every class is good enough that only the last part of the axis tells them apart. */
function axisStart(perClass: readonly ClassMetrics[]): number {
  const worst = Math.min(1, ...perClass.flatMap(({ precision, recall }) => [precision, recall]));
  const start = [0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5].find((candidate) => candidate < worst - (1 - worst) * 0.1);
  return start ?? 0;
}

function subtitle(perClass: readonly ClassMetrics[], macroF1: number, low: number): string[] {
  const worst = perClass
    .filter(({ f1 }) => f1 < 1)
    .sort((a, b) => a.f1 - b.f1)
    .slice(0, 3)
    .map(({ name, f1 }) => `${short(name)} (${percent(f1, 1)})`);
  return [
    [`Macro F1 ${percent(macroF1, 1)}`, ...(worst.length > 0 ? [`lowest: ${worst.join(', ')}`] : [])].join('; '),
    ...(low > 0 ? [`The axis starts at ${100 * low} %`] : []),
  ];
}
