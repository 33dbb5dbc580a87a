import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { cli, scratch } from '../../testing/index.ts';

const folder = scratch();
const config = join(scratch(), 'blobs.yaml');

/** Round spots on a slope of grey, no two alike. */
const blob = (k: number, quality = 95) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><defs><linearGradient id="g" x2="${k % 3}" y2="1">
    <stop stop-color="#${(k * 7919 + 4096).toString(16).padStart(6, '0').slice(-6)}"/><stop offset="1" stop-color="#fff"/></linearGradient></defs>
    <rect width="64" height="48" fill="url(#g)"/><circle cx="${8 + ((k * 13) % 48)}" cy="${8 + ((k * 29) % 32)}" r="${5 + (k % 7)}"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality });
};

beforeAll(async () => {
  let k = 0;
  for (const [part, count] of Object.entries({ train: 12, val: 3, test: 4 })) {
    for (const name of ['a', 'b']) {
      mkdirSync(join(folder, part, name), { recursive: true });
      for (let i = 0; i < count; i++) await blob(k++).toFile(join(folder, part, name, `${i}.jpg`));
    }
  }
  // The same file in training and test; one saved again at another quality; one that is no picture.
  copyFileSync(join(folder, 'train/a/0.jpg'), join(folder, 'test/a/leak.jpg'));
  await blob(1, 70).toFile(join(folder, 'val/a/again.jpg'));
  writeFileSync(join(folder, 'train/b/bad.jpg'), 'no picture');
  writeFileSync(config, `name: blobs\ndataset: { type: image-folder, directory: ${folder} }\nmodel: { type: cnn }\n`);
});

test('counts, sizes, unreadable files and leaks are told, nearly the same pictures as well', async () => {
  const { exitCode, stdout } = await cli(['data', '--config', config]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/a +12 +4 +5\n/);
  expect(stdout).toMatch(/all +24 +7 +9\n/);
  expect(stdout).toContain('48 × 64 (40)');
  expect(stdout).toContain('LEAK: 2 images are in two parts');
  expect(stdout).toContain('1 of them nearly the same');
  expect(stdout).toContain('train: a/0.jpg = test: a/leak.jpg');
  expect(stdout).toContain('train: a/1.jpg = val: a/again.jpg');
  expect(stdout).toContain('bad.jpg');
});

test('the page holds the same, with pictures; JSON has every pair', async () => {
  const page = join(scratch(), 'data.html');
  const { exitCode, stdout } = await cli(['data', '--config', config, '--html', page, '--json']);
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout) as { lookAlikes: { exact: boolean }[]; sizes: unknown };
  expect(report.lookAlikes.map(({ exact }) => exact).sort()).toEqual([false, true]);
  const html = readFileSync(page, 'utf8');
  expect(html).toContain('LEAK: 2 images');
  expect(html.match(/<img alt="[^"]+" src="data:image\/png;base64,/g)).toHaveLength(2);
});

test('a configuration that is wrong is told as by run', async () => {
  const { exitCode, stderr } = await cli(['data', '--config', config, 'dataset.sizes=3']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('dataset.sizes');
});
