import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { percent } from '@glyphlab/core';
import { draw } from '@glyphlab/pictures/testing';
import type { ModelCard } from '@glyphlab/saved-model';
import { expect, test } from 'vitest';
import { zooFolder, zooNames } from '@glyphlab/zoo';
import { cli, scratch } from '../../testing/index.ts';
import { wilsonInterval } from './list-zoo.ts';

test('the zoo lists each network with what was measured of it', async () => {
  expect(zooNames()).toContain('digits');
  const { exitCode, stdout } = await cli(['zoo']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/digits +10 {2}28 × 28 × 1 +MNIST +9\d\.\d\d % +9\d\.\d\d % to 9\d\.\d\d %/);
});

test.each(zooNames())('%s is small, and its card says what was measured of it', (name) => {
  const folder = zooFolder(name)!;
  const { userDefinedMetadata: card } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
    userDefinedMetadata: ModelCard;
  };
  const { accuracy } = card.origin!.test!;
  const text = readFileSync(join(folder, 'README.md'), 'utf8');
  expect(card.name).toBe(name);
  expect(text).toContain(`| accuracy | ${percent(accuracy)} |`);
  const [low, high] = wilsonInterval(accuracy, card.origin!.images.test);
  expect(text).toContain(`${percent(low).replace(' %', '')} to ${percent(high)}`);
  expect(readFileSync(join(folder, 'config.yaml'), 'utf8')).toContain(`type: ${card.dataset}\n`);
  expect(statSync(join(folder, 'weights.bin')).size).toBeLessThan(1_100_000);
});

/** Letters as people write them, in a square of 100 × 100. */
const letters = {
  T: 'M20 20 H80 M50 20 V82',
  L: 'M32 18 V80 H72',
  X: 'M26 20 L74 82 M74 20 L26 82',
  H: 'M28 18 V82 M72 18 V82 M28 50 H72',
  E: 'M70 20 H30 V80 H72 M30 50 H64',
};

test('letters reads letters', async () => {
  const folder = scratch();
  const files = Object.entries(letters).map(async ([letter, path]) => {
    const file = join(folder, `${letter}.png`);
    await draw({ path }).png().toFile(file);
    return file;
  });
  const { exitCode, stdout } = await cli(['predict', '--model', 'letters', '--json', '--image', ...(await Promise.all(files))]); // prettier-ignore
  const read = stdout.trim().split('\n').map((line) => (JSON.parse(line) as { class: string }).class); // prettier-ignore
  expect([exitCode, read]).toEqual([0, Object.keys(letters)]);
});

test('an interval as Wilson gives it', () => {
  // Of 10,000, 99 %: 98.79 to 99.18 (statsmodels, proportion_confint, method wilson).
  const [low, high] = wilsonInterval(0.99, 10_000);
  expect(low).toBeCloseTo(0.98785, 4);
  expect(high).toBeCloseTo(0.99178, 4);
});
