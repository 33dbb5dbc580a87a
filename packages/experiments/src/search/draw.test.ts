import { expect, test } from 'vitest';
import { draw, drawTrials } from './draw.ts';

const space = {
  'training.optimizer.learningRate': { logUniform: [0.001, 1] },
  'training.batchSize': { choice: [32, 64, 128] },
};
const labels = (trials: ReturnType<typeof drawTrials>) =>
  trials.map((values) => Object.values(values).map(({ label }) => label));

test('what is drawn is the same on every machine', () => {
  expect(labels(drawTrials({ space, trials: 3 }, 'asha, seed 1'))).toEqual([
    ['0.0163', '32'],
    ['0.0459', '128'],
    ['0.0988', '64'],
  ]);
});

test('more trials and other keys change nothing that was drawn; another name or seed changes all', () => {
  const four = labels(drawTrials({ space, trials: 4 }, 'asha, seed 1'));
  expect(labels(drawTrials({ space, trials: 9 }, 'asha, seed 1')).slice(0, 4)).toEqual(four);
  const wider = { 'model.dropout': { uniform: [0, 0.5] }, ...space };
  expect(labels(drawTrials({ space: wider, trials: 4 }, 'asha, seed 1')).map((row) => row.slice(1))).toEqual(four);
  for (const other of ['asha, seed 2', 'random, seed 1'])
    for (const [index, row] of labels(drawTrials({ space, trials: 4 }, other)).entries())
      expect(row[0]).not.toBe(four[index]![0]);
});

test('a search draws nothing twice, and no more than there is', () => {
  const small = { a: { choice: [1, 2] }, b: { randInt: [1, 3] } };
  const drawn = labels(drawTrials({ space: small, trials: 6 }, 's')).map(String);
  expect(drawn.toSorted()).toEqual(['1,1', '1,2', '1,3', '2,1', '2,2', '2,3']);
  expect(drawTrials({ space: small, trials: 7 }, 's')).toHaveLength(6);
});

test.each([
  [{ uniform: [0, 0.6] }, ['0', '0.3', '0.6']],
  [{ uniform: [-1, 2] }, ['-1', '0.5', '2']],
  // Half of the way from 10⁻³ to 1 in orders of magnitude is 10⁻¹·⁵.
  [{ logUniform: [0.001, 1] }, ['0.001', '0.0316', '1']],
  [{ randInt: [8, 64] }, ['8', '36', '64']],
  [{ logRandInt: [1, 100] }, ['1', '7', '100']],
  [{ choice: ['a', 'b', 'c'] }, ['a', 'b', 'c']],
  [{ choice: { none: [], slight: [{ type: 'affine' }] } }, ['none', 'slight', 'slight']],
  [{ choice: [[8, 16], { type: 'resnet', depth: 8 }] }, ['[8,16]', 'resnet', 'resnet']],
])('%j: lowest, middle and highest', (from, expected) => {
  expect([0, 0.5, 1 - 2 ** -48].map((u) => draw(from, u).label)).toEqual(expected);
});

test('each order of magnitude is as likely, and so is each whole number', () => {
  const count = 3000;
  const values = (from: Parameters<typeof draw>[0]) =>
    Array.from({ length: count }, (_, k) => draw(from, (k + 0.5) / count).value as number);
  const rates = values({ logUniform: [0.001, 1] });
  expect(rates.filter((rate) => rate < 0.01).length / count).toBeCloseTo(1 / 3, 2);
  const sizes = values({ randInt: [1, 4] });
  for (const size of [1, 2, 3, 4]) expect(sizes.filter((value) => value === size)).toHaveLength(count / 4);
});
