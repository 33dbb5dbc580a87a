import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { backends } from '../testing/backends.ts';
import { crossEntropy, focal } from './kinds.ts';
import type { Loss, LossContext, LossKind } from './loss.ts';

const context: LossContext = { numClasses: 2, classCounts: [30, 10] };
const lossOf = async (kind: LossKind, options: Record<string, unknown>): Promise<Loss> =>
  (await kind.load())(kind.options.parse(options), context);

describe.each(backends)('on %s', (backend) => {
  beforeEach(async () => void (await tf.setBackend(backend)));
  /** Both classes as likely as 3 to 1. */
  const logits = tf.tensor2d([[Math.log(3), 0], [Math.log(3), 0]]); // prettier-ignore
  const labels = tf.tensor1d([0, 1], 'int32');
  const certain = tf.tensor2d([[1, 0], [0, 1]]); // prettier-ignore
  const [nll0, nll1] = [-Math.log(0.75), -Math.log(0.25)];
  const value = (loss: Loss, targets: tf.Tensor, training = true): number =>
    loss(logits, targets, { training }).dataSync()[0]!;

  test.each([
    ['plain', crossEntropy, {}, (nll0 + nll1) / 2],
    ['smoothed', crossEntropy, { labelSmoothing: 0.2 }, (nll0 + nll1) / 2],
    ['weighted', crossEntropy, { classWeights: [1, 3] }, (nll0 + 3 * nll1) / 2],
    // 40 / (2 × 30) and 40 / (2 × 10)
    ['balanced', crossEntropy, { classWeights: 'balanced' }, ((2 / 3) * nll0 + 2 * nll1) / 2],
    ['focal', focal, {}, (0.25 ** 2 * nll0 + 0.75 ** 2 * nll1) / 2],
    ['focal, γ 0', focal, { gamma: 0 }, (nll0 + nll1) / 2],
    ['focal, weighted', focal, { classWeights: [1, 3] }, (0.25 ** 2 * nll0 + 3 * 0.75 ** 2 * nll1) / 2],
  ] as const)('%s: the same by hand, of labels and of distributions', async (_, kind, options, expected) => {
    const loss = await lossOf(kind as unknown as LossKind, options);
    expect(value(loss, labels)).toBeCloseTo(expected, 5);
    expect(value(loss, certain)).toBeCloseTo(expected, 5);
  });

  test('on validation images smoothing and weights do not count, the form of the loss does', async () => {
    const smoothed = await lossOf(crossEntropy, { labelSmoothing: 0.2, classWeights: [1, 3] });
    expect(value(smoothed, labels, false)).toBeCloseTo((nll0 + nll1) / 2, 5);
    const focused = await lossOf(focal as unknown as LossKind, { classWeights: [1, 3] });
    expect(value(focused, labels, false)).toBeCloseTo((0.25 ** 2 * nll0 + 0.75 ** 2 * nll1) / 2, 5);
  });

  test.each([
    ['cross-entropy', crossEntropy, { labelSmoothing: 0.1, classWeights: 'balanced' }],
    ['focal', focal, { gamma: 1.5, classWeights: [2, 1] }],
  ] as const)('%s: its gradient is the slope of its value', async (_, kind, options) => {
    const loss = await lossOf(kind as unknown as LossKind, options);
    const at = (x: tf.Tensor): tf.Tensor => loss(x, labels, { training: true });
    const gradient = tf.grad(at)(logits).dataSync();
    const step = 0.02;
    for (let k = 0; k < 4; k++) {
      const shift = tf.mul(tf.reshape(tf.oneHot(tf.tensor1d([k], 'int32'), 4), [2, 2]), step);
      const slope = tf.sub(at(tf.add(logits, shift)), at(tf.sub(logits, shift))).dataSync()[0]! / (2 * step);
      expect(gradient[k]).toBeCloseTo(slope, 3);
    }
  });
});

test('as many weights as classes are needed', async () => {
  await expect(lossOf(crossEntropy, { classWeights: [1, 2, 3] })).rejects.toThrow(
    expect.objectContaining({ code: 'LOSS_CLASS_WEIGHTS', where: 'training.loss.classWeights' }),
  );
});
