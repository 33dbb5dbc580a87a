import { percent } from '@glyphlab/core';
import type { Evaluation } from '../metrics/evaluate-predictions.ts';
import { renderPng, type FigureSpec } from './render.ts';
import { drawableNames, short, textWidth } from './text/names.ts';
import { colours } from './theme.ts';

type Confusion = Pick<Evaluation, 'confusion' | 'classNames'>;

/**
 * True class by predicted class, as PNG. Colour shows which share of a true class went astray where, on a square-root
 * scale, as errors are rare; the diagonal is set apart and each row ends with its recall. Counts stand where they fit.
 */
export function drawConfusionMatrix(evaluation: Confusion, options: { title?: string } = {}): Promise<Uint8Array> {
  return renderPng(confusionMatrixSpec(evaluation, options));
}

export function confusionMatrixSpec(
  { confusion, classNames }: Confusion,
  { title = 'Confusion matrix' }: { title?: string },
): FigureSpec {
  const cell = cellSize(classNames.length);
  const side = cell * classNames.length;
  const fontSize = Math.max(9, Math.min(18, Math.floor(cell * 0.45)));
  const cells = cellsOf({ confusion, classNames });
  const errors = cells.filter(({ right }) => !right);
  const fits = ({ count }: Cell) => String(count).length * fontSize * 0.63 < cell - 1;
  const highest = Math.max(0.01, ...errors.map(({ share }) => share));
  const names = drawableNames(classNames).map((name) => short(name));
  const labels = {
    labelFontSize: Math.max(9, Math.min(16, Math.floor(cell * 0.7))),
    labelExpr: `${JSON.stringify(names)}[datum.value]`,
    labelLimit: 0,
    labelOverlap: cell < 11 ? 'greedy' : false,
    ticks: false,
  };
  const upright = names.some((name) => textWidth(name) * 10 > cell);
  const grid = { grid: cell > 8, tickBand: 'extent', domain: false };
  const margin = {
    x: side + 8,
    align: 'left',
    fontSize: Math.max(8, Math.min(15, Math.floor(cell * 0.6))),
    color: colours.grey,
  };
  return {
    width: side,
    height: side,
    title: { text: title, subtitle: subtitle(confusion, errors) },
    encoding: {
      x: {
        field: 'predicted',
        type: 'ordinal',
        title: 'Predicted class',
        sort: null,
        scale: { domain: classNames.map((_, k) => k), padding: 0 },
        axis: { ...labels, ...grid, labelAngle: upright ? -90 : 0 },
      },
      y: {
        field: 'label',
        type: 'ordinal',
        title: 'True class',
        sort: null,
        scale: { domain: classNames.map((_, k) => k), padding: 0 },
        axis: { ...labels, ...grid },
      },
    },
    layer: [
      { data: { values: cells.filter(({ right }) => right) }, mark: { type: 'rect', color: '#dbe9f4' } },
      {
        data: { values: errors },
        mark: 'rect',
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { type: 'sqrt', domain: [0, highest], range: ['#fff7ec', '#fdbb84', '#d7301f', '#7f0000'] },
            legend: errors.length > 0 && {
              title: 'Share of the true class',
              titleLimit: 0,
              titleFontWeight: 'normal',
              format: '.1~%',
              orient: 'bottom',
              direction: 'horizontal',
              gradientLength: Math.min(400, Math.max(200, side - 40)),
              tickCount: 3,
              offset: 16,
            },
          },
        },
      },
      {
        data: { values: cells.filter(fits) },
        mark: { type: 'text', fontSize },
        encoding: {
          text: { field: 'count' },
          color: {
            condition: { test: `!datum.right && datum.share > ${highest / 3}`, value: 'white' },
            value: colours.black,
          },
        },
      },
      {
        data: { values: cell < 12 ? [] : [{}] },
        mark: { ...margin, type: 'text', y: -10, text: 'Recall' },
        encoding: { x: null, y: null },
      },
      {
        data: { values: cell < 12 ? [] : confusion.map((row, label) => ({ label, recall: recallText(row, label) })) },
        mark: { ...margin, type: 'text' },
        encoding: { x: null, text: { field: 'recall' } },
      },
    ],
  };
}

interface Cell {
  label: number;
  predicted: number;
  count: number;
  /** Of the true class's examples, 0–1. */
  share: number;
  right: boolean;
}

/** Side of a cell in pixels: the matrix stays between what a viewer shows at once and what can still be read. */
const cellSize = (numClasses: number) =>
  numClasses > 70
    ? Math.max(2, Math.floor(1400 / numClasses))
    : Math.max(20, Math.min(150, Math.floor(700 / numClasses)));

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Every cell that holds something. */
function cellsOf({ confusion }: Confusion): Cell[] {
  return confusion.flatMap((row, label) => {
    const support = sum(row);
    return row
      .map((count, predicted) => ({ label, predicted, count, share: count / support, right: label === predicted }))
      .filter(({ count }) => count > 0);
  });
}

const recallText = (row: readonly number[], label: number) => {
  const support = sum(row);
  return support === 0 ? 'none' : percent(row[label]! / support, 1);
};

function subtitle(confusion: readonly (readonly number[])[], errors: readonly Cell[]): string {
  const count = sum(confusion.map(sum));
  if (count === 0) return 'No examples';
  const wrong = sum(errors.map((cell) => cell.count));
  return `${wrong.toLocaleString('en')} of ${count.toLocaleString('en')} wrong, accuracy ${percent(1 - wrong / count)}`;
}
