import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadDataset } from '@glyphlab/data';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import type { Picture } from '@glyphlab/pictures';
import { describeAnswer } from './predict-pictures.ts';
import { cli, digitsRun, scratch } from '../../testing/index.ts';

const folder = scratch();
const labels: number[] = [];
const pictures: string[] = [];
let model: string;

/** Writes real digits as a person's pictures might be: large, dark on light. */
beforeAll(async () => {
  const { run } = await digitsRun();
  model = join(run, 'model');
  const { test } = await loadDataset({ type: 'mnist-10k', valFraction: 0.1 }, { seed: 1 });
  for (let k = 0; k < 20; k++) {
    const raw = { width: 28, height: 28, channels: 1 } as const;
    const digit = sharp(test.images.subarray(k * 784, (k + 1) * 784), { raw }).negate();
    pictures.push(join(folder, `${k}.png`));
    labels.push(test.labels[k]!);
    await digit.resize(280, 280, { kernel: 'cubic' }).png().toFile(pictures[k]!);
  }
});

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

test('a model that says NaN gives no answer, and a place that cannot be written to is named', async () => {
  const diverged = join(scratch(), 'model');
  mkdirSync(diverged);
  for (const file of readdirSync(model)) copyFileSync(join(model, file), join(diverged, file));
  const weights = new Float32Array(readFileSync(join(model, 'weights.bin')).buffer.slice(0)).fill(3e38);
  writeFileSync(
    join(diverged, 'weights.bin'),
    Buffer.from(weights.buffer, 0, readFileSync(join(model, 'weights.bin')).length),
  );
  const nan = await cli(['predict', '--model', diverged, '--image', pictures[0]!]);
  expect(nan).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('PREDICTION_NAN') as string });

  const nowhere = await cli(['predict', '--model', model, '--image', pictures[0]!, '--out', folder]);
  expect(nowhere).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--out\n {2}.*is a folder/) as string });
});

test('without a model nothing is read', async () => {
  const { exitCode, stderr } = await cli(['predict', '--model', folder, '--image', pictures[0]!]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/MODEL_NOT_FOUND/);
  expect(existsSync(join(folder, '.glyphlab'))).toBe(false);
});

test('folders and patterns are read, and answers written as a table or as lines of JSON', async () => {
  const out = scratch();
  const [table, lines, sheet] = ['read.csv', 'read.jsonl', 'sheet.png'].map((name) => join(out, name));
  mkdirSync(join(out, 'in, here'));
  pictures.slice(0, 3).forEach((file, k) => copyFileSync(file, join(out, 'in, here', `${k}.png`)));
  writeFileSync(join(out, 'in, here', 'bad.png'), 'no picture');
  const folder = await cli(['predict', '--model', model, '--image', join(out, 'in, here'), '--out', table!, '--show', sheet!]); // prettier-ignore
  expect([folder.exitCode, folder.stdout]).toEqual([2, '']);
  const rows = readFileSync(table!, 'utf8').trimEnd().split('\n');
  expect(rows[0]).toBe('file,class,probability,second_class,second_probability,warnings,error');
  expect(rows).toHaveLength(5);
  expect(rows[1]).toMatch(/^".*in, here\/0\.png",\d,[01]\.\d{4},\d,/);
  expect(rows[4]).toMatch(/bad\.png",,,,,,\S/);
  expect((await sharp(sheet).metadata()).format).toBe('png');

  const pattern = await cli(['predict', '--model', model, '--image', join(out, '*', '[01].png'), '--out', lines!]);
  expect(pattern.exitCode).toBe(0);
  const files = readFileSync(lines!, 'utf8').trimEnd().split('\n').map((line) => basename((JSON.parse(line) as { file: string }).file)); // prettier-ignore
  expect(files).toEqual(['0.png', '1.png']);

  const nothing = await cli(['predict', '--model', model, '--image', join(out, '*.tif')]);
  expect([nothing.exitCode, nothing.stderr]).toEqual([2, expect.stringContaining('No file matches')]);
  const both = await cli(['predict', '--model', model, '--image', pictures[0]!, '--json', '--csv']);
  expect(both.exitCode).toBe(2);
});

test('evaluate writes the figures and tables of a run', async () => {
  const out = join(scratch(), 'results');
  const { exitCode } = await cli(['evaluate', '--model', model, '--dataset', 'mnist-10k', '--out', out]);
  expect(exitCode).toBe(0);
  expect(readdirSync(join(out, 'figures')).sort()).toEqual(['confusion_matrix.png', 'mistakes.png', 'per_class.png', 'reliability.png']); // prettier-ignore
  const table = JSON.parse(readFileSync(join(out, 'tables', 'per_class.json'), 'utf8')) as { data: unknown[] };
  expect(table.data).toHaveLength(10);
  expect(JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))).toMatchObject({ count: 1000 });
});
