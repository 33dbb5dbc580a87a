import { expect, test } from 'vitest';
import type { GatheredRun } from '../compare/gather.ts';
import { verdictOf } from './verdict.ts';

/** A run of two epochs with these training losses. */
function run({ weights = 'w1', losses = [1, 0.5], digest = 'd', accuracy = 0.99, node = 'v20' } = {}): GatheredRun {
  const record = {
    tags: { ...(weights !== '' && { 'glyphlab.weights': weights }), 'glyphlab.node': node },
    epochs: new Map(
      losses.map((loss, k) => [k + 1, { 'train/loss': loss, 'val/loss': loss, epoch_seconds: Math.random() }]),
    ),
    datasets: [{ context: 'test', name: 'mnist', digest, numImages: 10_000 }],
  };
  return { record, metrics: { test_accuracy: accuracy } } as unknown as GatheredRun;
}

test.each([
  ['the same weights', run(), run({ node: 'v22' }), 'identical', /last bit/],
  [
    'the same metrics, of runs that did not note their weights',
    run({ weights: '' }),
    run({ weights: '' }),
    'identical',
    /as far as/,
  ],
  ['weights that differ, and nothing else', run(), run({ weights: 'w2' }), 'noise', /weights are not/],
  [
    'a little less alike with each epoch',
    run(),
    run({ weights: 'w2', losses: [1.001, 0.55] }),
    'noise',
    /diverge in epoch 1/,
  ],
  ['another first epoch', run(), run({ weights: 'w2', losses: [1.1, 0.5] }), 'different', /diverge in epoch 1/],
  ['another result', run(), run({ weights: 'w2', accuracy: 0.97 }), 'different', /Not the same/],
  ['other data', run(), run({ weights: 'w2', digest: 'e' }), 'different', /test data differ/],
  ['fewer epochs', run(), run({ weights: 'w2', losses: [1] }), 'different', /2 epochs, the other 1/],
] as const)('%s', (_, first, again, kind, says) => {
  const verdict = verdictOf(first, again);
  expect(verdict.kind).toBe(kind);
  expect(verdict.lines.join('\n')).toMatch(says);
});
