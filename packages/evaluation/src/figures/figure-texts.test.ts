import { expect, test } from 'vitest';
import { evaluatePredictions } from '../metrics/evaluate-predictions.ts';
import { classMetricsSpec } from './class-metrics.ts';
import { confusionMatrixSpec } from './confusion-matrix.ts';
import { groupCurvesSpec } from './group-curves.ts';
import { groupScoresSpec } from './group-scores.ts';
import { imageGridSvg } from './image-grid.ts';
import { accuracyCurvesSpec, learningRateSpec, lossCurvesSpec } from './learning-curves.ts';
import { mistakesSvg } from './mistakes.ts';
import { reliabilitySpec } from './reliability.ts';
import { renderSvg } from './render.ts';

/** Every line of text in the figure. */
const textsOf = (svg: string) => [...svg.matchAll(/<(text|tspan)[^>]*>([^<]+)</g)].map(([, , text]) => text!);

const history = [
  { epoch: 1, metrics: { 'train/loss': 0.9, 'val/loss': 0.5, 'train/accuracy': 0.8, 'val/accuracy': 0.9, lr: 0.01 } },
  { epoch: 2, metrics: { 'train/loss': 0.1, 'val/loss': 0.2, 'train/accuracy': 0.97, 'val/accuracy': 0.96, lr: 0.01 } },
  {
    epoch: 3,
    metrics: { 'train/loss': 0.05, 'val/loss': NaN, 'train/accuracy': 0.99, 'val/accuracy': 0.955, lr: 0.005 },
  },
];

test('loss curves name both series, the kept epoch, its values, and what could not be drawn', async () => {
  const texts = textsOf(await renderSvg(lossCurvesSpec(history, { bestEpoch: 2 })));
  expect(texts).toEqual(
    expect.arrayContaining(['Loss', 'train', 'val', 'best', 'Epoch', 'Cross-entropy (nats), log scale']),
  );
  expect(texts).toContain('Best epoch 2: train 0.100, val 0.200');
  expect(texts).toContain('val/loss is not a finite number at epoch 3');
});

test('accuracy is read in percent on a scale of the error', async () => {
  const texts = textsOf(await renderSvg(accuracyCurvesSpec(history, {})));
  expect(texts).toContain('Last epoch 3: train 99.00 %, val 95.50 %');
  expect(texts).toEqual(expect.arrayContaining(['80', '90', '95', '98', '99']));
});

test('a perfect accuracy has its place on the scale of the error', async () => {
  const perfect = [...history, { epoch: 4, metrics: { 'train/accuracy': 1, 'val/accuracy': 0.98 } }];
  expect(textsOf(await renderSvg(accuracyCurvesSpec(perfect, {})))).toContain('100');
});

test('one series needs no legend', async () => {
  const texts = textsOf(await renderSvg(learningRateSpec(history, {})));
  expect(texts).toContain('Last epoch 3: lr 0.00500');
  expect(texts).not.toContain('lr');
});

const results = evaluatePredictions({
  labels: Uint8Array.of(0, 0, 0, 1, 1),
  probabilities: Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.25, 0.75, 0.1, 0.9, 0.3, 0.7),
  classNames: ['cat', 'dog'],
});

test('the confusion matrix shows counts, recall and how many were wrong', async () => {
  const texts = textsOf(await renderSvg(confusionMatrixSpec(results, {})));
  expect(texts).toContain('1 of 5 wrong, accuracy 80.00 %');
  expect(texts).toEqual(expect.arrayContaining(['cat', 'dog', '2', '1', 'Recall', '66.7 %', '100.0 %']));
  expect(texts).not.toContain('0');
});

test('class metrics show F1, the number of examples and the weakest classes', async () => {
  const texts = textsOf(await renderSvg(classMetricsSpec(results, {})));
  expect(texts).toContain('Macro F1 80.0 %; lowest: cat (80.0 %), dog (80.0 %)');
  expect(texts).toEqual(expect.arrayContaining(['precision', 'recall', 'F1', 'examples', '3']));
});

test('the reliability diagram states the expected calibration error', async () => {
  const texts = textsOf(await renderSvg(reliabilitySpec(results, {})));
  const error = (100 * results.calibration.expectedCalibrationError).toFixed(2);
  expect(texts.join('\n')).toContain(`Expected calibration error ${error} %`);
  expect(texts).toContain('Mean confidence 81.00 %, accuracy 80.00 %');
});

test('each mistake has its true class, the predicted one and the probability', async () => {
  const images = {
    pixelsOf: (rows: readonly number[]) => new Uint8Array(4 * rows.length),
    imageShape: [2, 2, 1] as const,
  };
  const texts = textsOf(await mistakesSvg(results, images, {}));
  expect(texts).toEqual([
    'Worst mistakes',
    '1 mistake among 5 images: true → predicted, its probability',
    'cat → dog',
    '75.0 %',
  ]);
});

test('captions and titles are text, whatever they hold', async () => {
  const images = { pixels: new Uint8Array(4), imageShape: [2, 2, 1] as const };
  const svg = await imageGridSvg(images, { title: 'a < b & c', captions: ['</svg>'] });
  expect(textsOf(svg)).toEqual(['a &lt; b &amp; c', '&lt;/svg&gt;']);
});

test('settings are listed from the best mean, with the deviation over their seeds', async () => {
  const runs = (...scores: number[]) => scores.map((score) => ({ history, score }));
  const groups = [
    { name: 'worse', runs: runs(0.98) },
    { name: 'better', runs: runs(0.98, 0.99, 1) },
    { name: 'failed', runs: runs(NaN) },
  ];
  const texts = textsOf(await renderSvg(groupScoresSpec(groups, {})));
  expect(texts).toEqual(expect.arrayContaining(['99.00 ± 1.00 %, 3 runs', '98.00 %, 1 run', 'no result']));
  const names = texts.filter((text) => ['worse', 'better', 'failed'].includes(text));
  expect(names).toEqual(['better', 'worse', 'failed']);
  expect(textsOf(await renderSvg(groupCurvesSpec(groups, {})))).toEqual(expect.arrayContaining(['worse', 'better']));
});
