import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodePredictions, PREDICTIONS_FILE } from '@glyphlab/evaluation';
import { beforeAll, expect, test, vi } from 'vitest';
import { cli, scratch } from '../../testing/index.ts';

const SIZE = 200;
const classNames = ['zero', 'one'];

/** A finished run that reads those test images wrong. */
async function addRun(
  workspace: string,
  {
    id,
    type,
    seed,
    wrong,
    digest = 'same',
    untracked = true,
  }: { id: string; type: string; seed: number; wrong: number[]; digest?: string; untracked?: boolean },
): Promise<void> {
  const directory = join(workspace, '.glyphlab', 'runs', id);
  const labels = Uint8Array.from({ length: SIZE }, (_, k) => k % 2);
  const probabilities = Float32Array.from({ length: 2 * SIZE }, (_, k) => {
    const isTrue = (k >> 1) % 2 === k % 2;
    return isTrue === wrong.includes(k >> 1) ? 0.1 : 0.9;
  });
  const pixelsOf = (rows: readonly number[]) => new Uint8Array(4 * rows.length);
  const files = {
    [PREDICTIONS_FILE]: await encodePredictions(
      { labels, probabilities, classNames },
      { pixelsOf, imageShape: [2, 2, 1] },
    ),
    'source/environment.json': JSON.stringify({ version: 1, leftOut: [], node: 'v20.19.0', system: 's', processor: `p${seed % 2}`, cores: 2, instructions: ['avx2'], settings: {} }), // prettier-ignore
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, 'artifacts', path)), { recursive: true });
    writeFileSync(join(directory, 'artifacts', path), content);
  }
  const accuracy = 1 - wrong.length / SIZE;
  const entries = [
    { type: 'run', uuid: id, name: `${type}, seed ${seed}`, experiment: 'e', server: null, untracked },
    { type: 'params', values: { 'model.type': type, seed: String(seed), 'training.epochs': '2' } },
    { type: 'dataset', name: 'digits', context: 'test', digest, profile: `{"num_images":${SIZE}}` },
    { type: 'tags', values: { 'glyphlab.backend': 'tensorflow 2.21.0' } },
    ...[1, 2].map((step) => ({ type: 'metrics', step, values: { 'val/accuracy': 0.8 + step / 10, 'val/loss': 1 / step } })), // prettier-ignore
    { type: 'model', id: 'm', name: 'model', step: 2, metrics: { test_accuracy: accuracy } },
    { type: 'ended', status: 'FINISHED' },
  ];
  writeFileSync(join(directory, 'journal.jsonl'), entries.map((entry, k) => `${JSON.stringify({ time: 1000 + k, ...entry })}\n`).join('')); // prettier-ignore
}

let workspace: string;
beforeAll(async () => {
  workspace = scratch();
  mkdirSync(join(workspace, '.glyphlab', 'runs'), { recursive: true });
  await addRun(workspace, { id: 'aaaa1111', type: 'cnn', seed: 1, wrong: [1, 2] });
  await addRun(workspace, { id: 'bbbb1111', type: 'resnet', seed: 1, wrong: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] });
  await addRun(workspace, { id: 'cccc2222', type: 'cnn', seed: 2, wrong: [1, 2, 3] });
  await addRun(workspace, { id: 'dddd2222', type: 'resnet', seed: 2, wrong: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] });
  await addRun(workspace, { id: 'eeee1111', type: 'cnn', seed: 1, wrong: [1], digest: 'other' });
});

const compare = (...args: string[]) => cli(['compare', '--offline', ...args], workspace);

test('two runs are compared by what differs, and only that', async () => {
  const { stdout, exitCode } = await compare('aaaa', 'bbbb');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ {2}model\.type +cnn +resnet$/m);
  expect(stdout).not.toMatch(/training\.epochs|^ {2}seed/m);
  expect(stdout).toMatch(/^ {2}test_accuracy +99\.00 % +94\.50 % +-4\.50 %$/m);
  expect(stdout).toContain('Images and labels are the same.');
  // 10 against 1 images: 2 · (1 + 11) / 2^11.
  expect(stdout).toMatch(/10 +1 +0\.0117 +real$/m);
  expect(stdout).toMatch(
    /Right in cnn, seed 1 \(aaaa1111\), wrong in resnet[^]*10 test images[^]*#3 +one → zero +90\.0 %/,
  );
});

test('seeds of one setting stand together with mean and deviation', async () => {
  const { stdout } = await compare('aaaa', 'bbbb', 'cccc', 'dddd');
  expect(stdout).toMatch(/^ {2}cnn +2 +98\.75 ± 0\.35 %/m);
  expect(stdout).toMatch(/^ {2}resnet +2 +94\.50 ± 0\.00 %.* real$/m);
  expect(stdout).toMatch(/^ {2}processor +p1 × 2 +p1 × 2 +p0 × 2 +p0 × 2$/m);
});

test('runs that were tested on other images are said to be, and not compared on them', async () => {
  const { stdout } = await compare('aaaa', 'eeee');
  expect(stdout).toContain('was tested on other images');
  expect(stdout).toMatch(/^ {2}test +digits same +digits other$/m);
  expect(stdout).not.toMatch(/may be chance|real$/m);
});

test('a server is not asked for what is all on this disk', async () => {
  const here = scratch();
  await addRun(here, { id: 'aaaa1111', type: 'cnn', seed: 1, wrong: [1], untracked: false });
  await addRun(here, { id: 'bbbb1111', type: 'resnet', seed: 1, wrong: [1, 2], untracked: false });
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('MLFLOW_TRACKING_URI', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    expect((await cli(['compare', 'aaaa', 'bbbb'], here)).stdout).toMatch(/^ {2}model\.type +cnn +resnet$/m);
    expect(asked).toBe(0);
    // Nor for what cannot be an id; one that can be is looked for there.
    expect((await cli(['runs', 'show', 'bb'], here)).stderr).toMatch(/no run bb[^]*first 4 or more characters/);
    expect(asked).toBe(0);
    await cli(['runs', 'show', 'cccc'], here);
    expect(asked).toBeGreaterThan(0);
  } finally {
    vi.unstubAllEnvs();
    server.close();
  }
});

test('markdown goes with its figures, a page is one file that loads nothing', async () => {
  const told = await compare('aaaa', 'bbbb', '--md', join(workspace, 'out/change.md'), '--html', join(workspace, 'out/c.html')); // prettier-ignore
  expect(told.exitCode).toBe(0);
  const markdown = readFileSync(join(workspace, 'out/change.md'), 'utf8');
  const pictures = [...markdown.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file]) => file);
  expect(pictures.toSorted()).toEqual(readdirSync(join(workspace, 'out')).filter((file) => file.endsWith('.png')).toSorted()); // prettier-ignore
  expect(pictures).toHaveLength(3);
  const page = readFileSync(join(workspace, 'out/c.html'), 'utf8');
  expect(page).not.toMatch(/<(?:script|link|img)[^>]*(?:src|href)="?https?:/);
  expect(page).toContain('<td>resnet</td>');
});

test('a report is one small page with results, charts and mistakes', async () => {
  const file = join(workspace, 'report.html');
  const args = ['report', '--offline', '--html', file, '--where', 'model.type = cnn'];
  expect(await cli(args, workspace)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/kB\n$/) as string });
  const page = readFileSync(file, 'utf8');
  for (const part of ['<h2>Results</h2>', '<h2>Calibration', 'data-chart="2"', '<h2>Worst mistakes of cnn'])
    expect(page).toContain(part);
  expect(statSync(file).size).toBeLessThan(3e6);
});

test.each([
  [['aaaa'], /two runs or more/],
  [['aaaa', 'ffff'], /no run ffff/],
  [[], /No run was named/],
])('compare %j is refused', async (args, says) => {
  const { exitCode, stderr } = await compare(...args);
  expect(stderr).toMatch(says);
  expect(exitCode).toBe(2);
});
