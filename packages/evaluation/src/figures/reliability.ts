import { percent } from '@glyphlab/core';
import type { Evaluation } from '../metrics/evaluate-predictions.ts';
import { renderPng, type FigureSpec } from './render.ts';
import { colours } from './theme.ts';

type Reliability = Pick<Evaluation, 'calibration' | 'accuracy' | 'count'>;

/**
 * Reliability diagram, as PNG: how often predictions of each confidence are right, and below it how many there are.
 * Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017, figure 1.
 */
export function drawReliability(evaluation: Reliability, options: { title?: string } = {}): Promise<Uint8Array> {
  return renderPng(reliabilitySpec(evaluation, options));
}

const percentAxis = { format: '~%', values: [0, 0.2, 0.4, 0.6, 0.8, 1], labelFlush: false };

/** Bins with fewer examples say little: they are drawn pale. */
const FEW = 10;

export function reliabilitySpec(
  { calibration, accuracy, count }: Reliability,
  { title = 'Reliability' }: { title?: string },
): FigureSpec {
  const { bins, expectedCalibrationError, maximumCalibrationError } = calibration;
  const filled = bins.filter((bin) => bin.count > 0).map((bin) => ({ ...bin, few: bin.count < FEW }));
  const meanConfidence = filled.reduce((sum, bin) => sum + bin.confidence * bin.count, 0) / count;
  const x = {
    field: 'lower',
    type: 'quantitative',
    scale: { domain: [0, 1], nice: false },
    axis: { ...percentAxis, grid: false },
  };
  const y = { type: 'quantitative', title: 'Accuracy', scale: { domain: [0, 1], nice: false }, axis: percentAxis };
  return {
    title: {
      text: title,
      subtitle: [
        `Expected calibration error ${percent(expectedCalibrationError)}, largest in a bin ${percent(maximumCalibrationError)}`,
        `Mean confidence ${percent(meanConfidence)}, accuracy ${percent(accuracy)}`,
        ...(filled.some(({ few }) => few) ? [`Pale: fewer than ${FEW} examples`] : []),
      ],
    },
    spacing: 24,
    vconcat: [
      {
        width: 640,
        height: 460,
        encoding: { x: { ...x, title: null }, x2: { field: 'upper' } },
        layer: [
          {
            data: { values: filled },
            mark: { type: 'bar', color: colours.blue, stroke: 'white', strokeWidth: 1 },
            encoding: {
              y: { field: 'accuracy', ...y },
              y2: { datum: 0 },
              opacity: { condition: { test: 'datum.few', value: 0.3 }, value: 0.75 },
            },
          },
          {
            data: { values: [{ from: 0, to: 1 }] },
            mark: { type: 'rule', color: colours.grey, strokeDash: [6, 5], strokeWidth: 1.5 },
            encoding: {
              x: { field: 'from', type: 'quantitative' },
              x2: { field: 'to' },
              y: { field: 'from', ...y },
              y2: { field: 'to' },
            },
          },
          {
            data: { values: filled },
            mark: { type: 'rule', color: colours.vermillion, strokeWidth: 4 },
            encoding: { y: { field: 'confidence', ...y } },
          },
          ...key,
        ],
      },
      {
        width: 640,
        height: 110,
        data: { values: filled },
        mark: { type: 'bar', color: colours.grey, stroke: 'white', strokeWidth: 1 },
        encoding: {
          x: { ...x, title: 'Confidence (probability of the predicted class)' },
          x2: { field: 'upper' },
          y: {
            field: 'count',
            type: 'quantitative',
            title: 'Examples',
            scale: { type: 'log', domain: [0.7, Math.max(10, count)], nice: false },
            axis: { values: Array.from({ length: 7 }, (_, e) => 10 ** e), format: '~s' },
          },
          y2: { datum: 0.7 },
        },
      },
    ],
  };
}

/** What the three kinds of mark mean, written into the empty corner above the diagonal. */
const key = [
  {
    text: 'accuracy of the bin',
    colour: colours.blue,
    mark: { type: 'square', size: 180, filled: true, opacity: 0.75 },
  },
  {
    text: 'its mean confidence',
    colour: colours.vermillion,
    mark: { type: 'point', shape: 'stroke', size: 400, strokeWidth: 4 },
  },
  {
    text: 'perfectly calibrated',
    colour: colours.grey,
    mark: { type: 'point', shape: 'stroke', size: 400, strokeWidth: 1.5 },
  },
].flatMap(({ text, colour, mark }, row) => [
  {
    data: { values: [{}] },
    mark: { ...mark, color: colour, x: 28, y: 22 + 26 * row },
    encoding: { x: null, x2: null, y: null },
  },
  {
    data: { values: [{}] },
    mark: { type: 'text', text, x: 50, y: 22 + 26 * row, align: 'left', fontSize: 15, color: colours.black },
    encoding: { x: null, x2: null, y: null },
  },
]);
