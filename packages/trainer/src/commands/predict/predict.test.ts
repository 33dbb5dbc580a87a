import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '@glyphlab/data';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
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
