import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInScratch, scratch } from '../testing/index.ts';

test('the last epochs of a run have their own augmentation', { timeout: 120_000 }, async () => {
  const file = join(scratch(), 'small.yaml');
  const strong = 'augmentation: [{ type: affine, rotation: 40, translate: 5 }]';
  const model = 'model: { type: cnn, filters: [4], denseUnits: 8, dropout: 0 }';
  writeFileSync(file, `name: small\ndataset: { type: synthetic, size: 256 }\n${model}\n${strong}\ntraining: { epochs: 3 }\n`); // prettier-ignore
  const losses = async (...set: string[]): Promise<unknown[]> => {
    const { exitCode, stderr, journal } = await runInScratch(['--config', file, ...set]);
    expect(exitCode, stderr).toBe(0);
    return journal.flatMap(({ values }) => values?.['train/loss'] ?? []);
  };
  const plain = await losses();
  const refined = await losses('training.refine={ lastEpochs: 1 }');
  const same = await losses('training.refine={ lastEpochs: 1, augmentation: [{ type: affine, rotation: 40, translate: 5 }] }'); // prettier-ignore
  expect(plain).toHaveLength(3);
  expect(refined.slice(0, 2)).toEqual(plain.slice(0, 2));
  expect(refined[2]).toBeLessThan(plain[2] as number);
  expect(same).toEqual(plain);
});
