import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cli, runInScratch, scratch } from '../testing/index.ts';

const file = join(scratch(), 'small.yaml');
const frozen = ['training.freeze.until=body', 'training.epochs=1'];
let first: string;

beforeAll(async () => {
  const model = 'model: { type: cnn, filters: [4], denseUnits: 8 }';
  writeFileSync(file, `name: small\ndataset: { type: synthetic, size: 64 }\n${model}\ntraining: { epochs: 2 }\n`);
  ({ run: first } = await runInScratch(['--config', file]));
});

/** Bytes of weights, the last layer's 8 × classes + classes left out: it stands last, its statistics do not learn. */
const weights = (run: string): Buffer => readFileSync(join(run, 'model', 'weights.bin'));
const kernelBytes = 4 * 9 * 4;

test('a run starts from another’s weights; with the body frozen, these stay', async () => {
  const { exitCode, stderr, run } = await runInScratch(['--config', file, `model.from=${first}`, ...frozen]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('its classes are these');
  expect(weights(run).subarray(0, kernelBytes).equals(weights(first).subarray(0, kernelBytes))).toBe(true);
  expect(weights(run).equals(weights(first))).toBe(false);
});

test('other classes get a new last layer', async () => {
  const { exitCode, stderr, run } = await runInScratch([
    '--config',
    file,
    `model.from=${first}`,
    'dataset.numClasses=3',
    ...frozen,
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('a new last layer for 3 classes');
  expect(weights(run).subarray(0, kernelBytes).equals(weights(first).subarray(0, kernelBytes))).toBe(true);
});

test('a run whose source is gone is resumed all the same', async () => {
  const started = await runInScratch(['--config', file, `model.from=${first}`, ...frozen]);
  const workspace = join(started.run, '..', '..', '..');
  const before = weights(started.run);
  // As one that was killed after its last epoch.
  rmSync(join(started.run, 'model'), { recursive: true });
  const journal = join(started.run, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, lines.filter((line) => !/"type":"(ended|model)"/.test(line)).join('\n'));
  const elsewhere = `${first}-moved`;
  renameSync(first, elsewhere);
  const { exitCode, stderr } = await cli(['run', '--no-tracking', '--resume', started.run], workspace);
  renameSync(elsewhere, first);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).not.toContain('Starts from');
  expect(weights(started.run).equals(before)).toBe(true);
});

test.each<[what: string, set: string[], says: RegExp]>([
  ['other layers', ['model.filters=[4, 6]'], /MODEL_FROM_OTHER_LAYERS\] model\.from[^]*Give model the options/],
  ['another kind', ['model={type: resnet}'], /MODEL_FROM_OTHER_KIND\] model\.from[^]*Write model\.type: cnn/],
])('%s are refused', async (_, set, says) => {
  const { exitCode, stderr } = await runInScratch(['--config', file, ...set, `model.from=${first}`]);
  expect(stderr).toMatch(says);
  expect(exitCode).toBe(2);
});

test('more epochs of a finished run are refused, and how they are had is said', async () => {
  const { exitCode, stderr } = await cli(['run', '--no-tracking', '--resume', first, '--set', 'training.epochs=9']);
  expect(stderr).toContain(`--set model.from=${first}`);
  expect(exitCode).toBe(2);
});
