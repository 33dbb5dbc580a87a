import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '@glyphlab/data';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import type { Picture } from '@glyphlab/pictures';
import { describeAnswer } from './predict-pictures.ts';
import { cli, runInScratch, scratch } from '../../testing/index.ts';

const config = new URL('../../../../../configs/quickstart.yaml', import.meta.url).pathname;
const folder = scratch();
const labels: number[] = [];
const pictures: string[] = [];
let model: string;

/** Writes real digits as a person's pictures might be: large, dark on light. */
beforeAll(async () => {
  const { run } = await runInScratch([
    '--config',
    config,
    '--set',
    'dataset.limit=2000',
    '--set',
    'augmentation=[]',
    '--set',
    'training.epochs=6',
  ]);
  model = join(run, 'model');
  const { test } = await loadDataset({ type: 'mnist-10k', valFraction: 0.1 }, { seed: 1 });
  for (let k = 0; k < 20; k++) {
    const raw = { width: 28, height: 28, channels: 1 } as const;
    const digit = sharp(test.images.subarray(k * 784, (k + 1) * 784), { raw }).negate();
    pictures.push(join(folder, `${k}.png`));
    labels.push(test.labels[k]!);
    await digit.resize(280, 280, { kernel: 'cubic' }).png().toFile(pictures[k]!);
  }
}, 120_000);

test('pictures of digits are recognised, in one call', async () => {
  const { exitCode, stdout } = await cli(['predict', '--model', model, '--image', ...pictures, '--json']);
  expect(exitCode).toBe(0);
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { class: string; classes: { probability: number }[] });
  const right = answers.filter((answer, k) => answer.class === String(labels[k]));
  expect(right.length).toBeGreaterThanOrEqual(16);
  for (const { classes } of answers) {
    expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4);
  }
});

test('the class is printed with its probability, and what the network sees is shown', async () => {
  const show = join(folder, 'seen.png');
  const { stdout } = await cli(['predict', '--model', model, '--image', pictures[0]!, '--show', show]);
  expect(stdout).toMatch(/^Predicted class: \d \(\d+\.\d %\)/);
  expect((await sharp(show).metadata()).format).toBe('png');
});

test('a doubtful answer names the runner-up, a sure one only one that is worth it', () => {
  const picture = { warnings: [] } as unknown as Picture;
  const answer = (...shares: number[]): string =>
    describeAnswer({ file: 'a', picture, classes: shares.map((probability, k) => ({ name: 'OQDC'[k]!, probability })) }, false); // prettier-ignore
  expect(answer(0.6, 0.38, 0.02, 0)).toBe('Predicted class: O (60.0 %), then Q (38.0 %), D (2.0 %)\n');
  expect(answer(0.89, 0.004, 0.003, 0.002)).toBe('Predicted class: O (89.0 %), then Q (0.4 %)\n');
  expect(answer(0.98, 0.02, 0, 0)).toBe('Predicted class: O (98.0 %), then Q (2.0 %)\n');
  expect(answer(0.999, 0.001, 0, 0)).toBe('Predicted class: O (99.9 %)\n');
});

test('what cannot be read ends with code 2 and its reason, after the others have been answered', async () => {
  const noPicture = join(folder, 'text.png');
  writeFileSync(noPicture, 'hello');
  const { exitCode, stdout, stderr } = await cli(['predict', '--model', model, '--image', noPicture, pictures[0]!]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/PICTURE_NOT_AN_IMAGE\] .*text\.png/);
  expect(stdout).toMatch(/0\.png: Predicted class/);
});

test('without a model nothing is read', async () => {
  const { exitCode, stderr } = await cli(['predict', '--model', folder, '--image', pictures[0]!]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/MODEL_NOT_FOUND/);
  expect(existsSync(join(folder, '.glyphlab'))).toBe(false);
});
