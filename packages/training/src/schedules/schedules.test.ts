import { expect, test } from 'vitest';
import { cosine, oneCycle } from './curves.ts';
import { type PlateauOptions, ReduceLrOnPlateau } from './reduce-lr-on-plateau.ts';

const plateau = {
  monitor: 'val/loss', mode: 'min', factor: 0.5, patience: 2, minDelta: 0.01, cooldown: 0, minLr: 0,
  warmupEpochs: 0,
} as const; // prettier-ignore

/** Learning rate of each epoch, given the loss at the end of each. */
function rates(options: PlateauOptions, losses: readonly number[], lr = 1): number[] {
  const schedule = new ReduceLrOnPlateau(options, lr);
  return losses.map((loss, k) => {
    schedule.onEpochEnd({ epoch: k + 1, metrics: { 'val/loss': loss } });
    return schedule.lrAt(k + 1);
  });
}

test('a plateau of two epochs halves the rate; an improvement starts the count anew', () => {
  expect(rates(plateau, [1, 1, 1, 1, 1])).toEqual([1, 1, 0.5, 0.5, 0.25]);
  expect(rates(plateau, [1, 1, 0.9, 0.9, 0.9])).toEqual([1, 1, 1, 1, 0.5]);
});

test('less than minDelta is no improvement, and NaN never is one', () => {
  expect(rates(plateau, [1, 0.995, 0.991])).toEqual([1, 1, 0.5]);
  expect(rates(plateau, [1, NaN, NaN])).toEqual([1, 1, 0.5]);
});

test('the rate does not fall below minLr', () => {
  expect(rates({ ...plateau, minLr: 0.4 }, [1, 1, 1, 1, 1])).toEqual([1, 1, 0.5, 0.5, 0.4]);
});

test('epochs of a cooldown do not count but for the last one, as in Keras', () => {
  expect(rates({ ...plateau, cooldown: 2, patience: 1 }, [1, 1, 1, 1, 1])).toEqual([1, 0.5, 0.5, 0.25, 0.25]);
});

test('epochs of the warm-up do not count for the plateau', () => {
  const warm = rates({ ...plateau, warmupEpochs: 3 }, [1, 1, 1, 1, 1, 1]);
  expect(warm[0]).toBeCloseTo(1 / 3, 2);
  expect(warm.slice(3)).toEqual([1, 1, 0.5]);
});

test('a resumed plateau goes on where it was', () => {
  const whole = new ReduceLrOnPlateau(plateau, 1);
  const first = new ReduceLrOnPlateau(plateau, 1);
  for (const schedule of [whole, first])
    for (const epoch of [1, 2]) schedule.onEpochEnd({ epoch, metrics: { 'val/loss': 1 } });
  const second = new ReduceLrOnPlateau(plateau, 1);
  second.restore(JSON.parse(JSON.stringify(first.state())));
  for (const schedule of [whole, second]) schedule.onEpochEnd({ epoch: 3, metrics: { 'val/loss': 1 } });
  expect(second.lrAt(3)).toBe(whole.lrAt(3));
  expect(second.lrAt(3)).toBe(0.5);
});

test('a state saved before the first epoch comes back from JSON, where Infinity is null', () => {
  const schedule = new ReduceLrOnPlateau(plateau, 1);
  schedule.restore(JSON.parse(JSON.stringify(schedule.state())));
  schedule.onEpochEnd({ epoch: 1, metrics: { 'val/loss': 100 } });
  schedule.onEpochEnd({ epoch: 2, metrics: { 'val/loss': 100 } });
  expect(schedule.lrAt(2)).toBe(1);
});

test('cosine: full after the warm-up, half in the middle, minLr at the end', () => {
  const { lrAt } = cosine({ warmupEpochs: 2, minLr: 0.1 }, { learningRate: 1.1, epochs: 12 });
  expect(lrAt(0)).toBeLessThan(0.001);
  expect(lrAt(1)).toBeCloseTo(0.55, 2);
  expect(lrAt(2)).toBeCloseTo(1.1);
  expect(lrAt(7)).toBeCloseTo(0.6);
  expect(lrAt(12)).toBeCloseTo(0.1);
});

test("one cycle is PyTorch's OneCycleLR of a step before", () => {
  const [steps, rise] = [40, 0.25 * 40];
  const anneal = (from: number, to: number, share: number): number => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2; // prettier-ignore
  // As torch/optim/lr_scheduler.py reckons them.
  const torch = Array.from({ length: steps }, (_, k) =>
    k <= rise - 1 ? anneal(0.08, 2, k / (rise - 1)) : anneal(2, 8e-6, (k - (rise - 1)) / (steps - rise)),
  );
  const options = { maxLr: 2, warmupFraction: 0.25, divFactor: 25, finalDivFactor: 1e4 };
  const { lrAt } = oneCycle(options, { learningRate: 1, epochs: 8 });
  for (let k = 1; k < steps; k++) {
    const [low, high] = [torch[k - 1]!, torch[k]!].sort((a, b) => a - b);
    const lr = lrAt((k * 8) / steps);
    expect(lr).toBeGreaterThanOrEqual(low! - 1e-9);
    expect(lr).toBeLessThanOrEqual(high! + 1e-9);
    if (k > rise) expect(lr).toBeCloseTo(torch[k - 1]!, 9);
  }
});

test('one cycle: maxLr / divFactor, then maxLr, then almost nothing', () => {
  const { lrAt } = oneCycle(
    { maxLr: 2, warmupFraction: 0.25, divFactor: 25, finalDivFactor: 1e4 },
    { learningRate: 1, epochs: 8 },
  );
  expect(lrAt(0)).toBeCloseTo(0.08);
  expect(lrAt(1)).toBeCloseTo(1.04);
  expect(lrAt(2)).toBeCloseTo(2);
  expect(lrAt(5)).toBeCloseTo(1, 4);
  expect(lrAt(8)).toBeCloseTo(8e-6);
});
