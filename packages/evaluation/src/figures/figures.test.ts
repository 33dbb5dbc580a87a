import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evaluatePredictions } from '../metrics/evaluate-predictions.ts';
import { drawClassMetrics } from './class-metrics.ts';
import { drawConfusionMatrix } from './confusion-matrix.ts';
import type { EpochMetrics } from './run-group.ts';
import { drawGroupCurves } from './group-curves.ts';
import { drawGroupScores } from './group-scores.ts';
import { drawImageGrid } from './image-grid.ts';
import { drawAccuracyCurves, drawLearningRate, drawLossCurves } from './learning-curves.ts';
import { drawMistakes } from './mistakes.ts';
import { drawRateSearch } from './rate-search.ts';
import { drawReliability } from './reliability.ts';

// Vega says on the console what it had to guess: a figure must leave nothing to guess.
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));
afterEach(() => {
  expect(console.warn).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

/** The picture's size, and that it is a PNG with something on it. */
async function sizeOf(png: Uint8Array) {
  const { format, width, height } = await sharp(png).metadata();
  const { channels } = await sharp(png).stats();
  expect(format).toBe('png');
  expect(channels[0]!.min, 'darkest value').toBeLessThan(100);
  expect(channels[0]!.max, 'lightest value').toBe(255);
  return { width, height };
}

function history(epochs: number, change: Record<string, number> = {}): EpochMetrics[] {
  return Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    metrics: {
      'train/loss': 0.5 / (i + 1),
      'val/loss': 0.4 / (i + 1),
      'train/accuracy': 1 - 0.2 / (i + 1),
      'val/accuracy': 1 - 0.1 / (i + 1),
      lr: 0.01 * 0.9 ** i,
      ...change,
    },
  }));
}

/** Predictions right in nine of ten cases, the same every time. */
function evaluation(numClasses: number, count: number) {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % numClasses);
  const probabilities = new Float32Array(count * numClasses).fill(0.1 / numClasses);
  labels.forEach((label, i) => {
    probabilities[i * numClasses + ((label + (i % 10 === 0 ? 1 : 0)) % numClasses)]! += 0.5 + (i % 40) / 100;
  });
  return evaluatePredictions({
    labels,
    probabilities,
    classNames: Array.from({ length: numClasses }, (_, k) => `${k}`),
  });
}

const awkward: Record<string, EpochMetrics[]> = {
  'no epoch': [],
  'one epoch': history(1),
  'two epochs': history(2),
  'ten epochs': history(10),
  'sixty epochs': history(60),
  'NaN everywhere': history(3, {
    'train/loss': NaN,
    'val/loss': NaN,
    'train/accuracy': NaN,
    'val/accuracy': NaN,
    lr: NaN,
  }),
  'infinite loss': history(3, { 'val/loss': Infinity }),
  'perfect accuracy': history(3, { 'train/accuracy': 1, 'val/accuracy': 1 }),
  'accuracy that becomes perfect': [...history(5), { epoch: 6, metrics: { 'train/accuracy': 1, 'val/accuracy': 1 } }],
  'zero loss and rate': history(3, { 'train/loss': 0, lr: 0 }),
  'no validation': [{ epoch: 1, metrics: { 'train/loss': 1, 'train/accuracy': 0.5 } }],
};

test.each(Object.entries(awkward))('learning curves: %s', async (_, epochs) => {
  // MLflow shows them beside each other: all are of one size, whatever they show.
  const usual = await sizeOf(await drawLossCurves(history(5)));
  for (const draw of [drawLossCurves, drawAccuracyCurves, drawLearningRate]) {
    expect(await sizeOf(await draw(epochs, { bestEpoch: epochs.length }))).toEqual(usual);
  }
});

test.each([1, 2, 10, 47, 100])('evaluation figures at %d classes', async (numClasses) => {
  const results = evaluation(numClasses, 40 * numClasses);
  for (const draw of [drawConfusionMatrix, drawClassMetrics, drawReliability]) {
    const { width } = await sizeOf(await draw(results));
    expect(width).toBeGreaterThan(250);
    expect(width).toBeLessThan(1700);
  }
});

test('the confusion matrix of 47 classes stays readable where it is shown scaled to the viewer', async () => {
  const { width } = await sizeOf(await drawConfusionMatrix(evaluation(47, 4700)));
  expect(width).toBeGreaterThan(1000);
  expect(width).toBeLessThan(1150);
});

test('a class without examples does no harm', async () => {
  const results = evaluatePredictions({
    labels: Uint8Array.of(0, 0),
    probabilities: Float32Array.of(0.9, 0.1, 0, 0.8, 0.2, 0),
    classNames: ['a', 'b <&> "quoted" with a name much too long to show', 'never'],
  });
  for (const draw of [drawConfusionMatrix, drawClassMetrics, drawReliability]) await sizeOf(await draw(results));
});

test('worst mistakes and image grids', async () => {
  const results = evaluation(10, 640);
  const pixelsOf = (rows: readonly number[]) => new Uint8Array(rows.length * 28 * 28).fill(90);
  const images = { pixelsOf, imageShape: [28, 28, 1] as const };
  expect(results.mistakes).toHaveLength(64);
  const all = await sizeOf(await drawMistakes(results, images));
  const fewer = { ...results, mistakes: results.mistakes.slice(0, 24) };
  const inSix = await sizeOf(await drawMistakes(fewer, images, { columns: 6 }));
  expect(inSix.width).toBeLessThan(all.width);
  expect(inSix.height).toBeLessThan(all.height);
  const inThree = await sizeOf(await drawMistakes(fewer, images, { columns: 3 }));
  expect(inThree.width).toBeLessThan(inSix.width);
  expect(inThree.height).toBeGreaterThan(inSix.height);
  await sizeOf(await drawMistakes({ ...results, mistakes: [], accuracy: 1 }, images));
  await sizeOf(await drawImageGrid({ pixels: new Uint8Array(0), imageShape: [28, 28, 1] }));
  const large = { pixels: new Uint8Array(3 * 300 * 200 * 3), imageShape: [300, 200, 3] as const };
  const { width, height } = await sizeOf(await drawImageGrid(large, { captions: ['a', 'b', 'c'] }));
  expect(width, 'three images in a row').toBeGreaterThanOrEqual(3 * 200);
  expect(height).toBeGreaterThanOrEqual(300);
});

test('experiment sets', async () => {
  const run = (epochs: number, score: number) => ({ history: history(epochs), score });
  const groups = [
    { name: 'one seed', runs: [run(3, 0.99)] },
    { name: 'three seeds', runs: [run(3, 0.991), run(4, 0.993), run(3, 0.992)] },
    { name: 'nothing finished', runs: [{ history: [], score: NaN }] },
    { name: 'not begun', runs: [] },
  ];
  expect(await sizeOf(await drawGroupCurves(groups))).toEqual(await sizeOf(await drawLossCurves(history(3))));
  await sizeOf(await drawGroupScores(groups));
  await sizeOf(await drawGroupCurves([]));
  await sizeOf(await drawGroupScores([]));
});

test.each([
  ['a proposal', [3.6, 3.5, 2, 1.5, 3, 40], 0.01],
  ['none', [1, 2, 3, 4, 5, NaN], undefined],
  ['one step', [2], undefined],
])('a learning-rate range test with %s', async (_, losses, proposal) => {
  const points = losses.map((loss, k) => ({ rate: 10 ** (k - 4), loss }));
  await sizeOf(await drawRateSearch({ points, proposal, subtitle: 'quickstart: sgd, batch 32' }));
});
