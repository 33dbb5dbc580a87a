import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cli, scratch } from '../../testing/index.ts';

const workspace = scratch();

/** Two folds of real digits, some with a wrong label on purpose, and a run without folds. */
beforeAll(async () => {
  mkdirSync(join(workspace, '.glyphlab'));
  const config = `name: noisy
dataset: { type: mnist-10k, limit: 2000, labelNoise: 0.02 }
model: { type: cnn, filters: [12, 24], denseUnits: 64 }
training: { epochs: 8, optimizer: { learningRate: 0.05 }, schedule: { type: oneCycle }, precision: auto }
`;
  writeFileSync(join(workspace, 'noisy.yaml'), config);
  const run = (...args: string[]) => cli(['run', '--no-tracking', '--config', 'noisy.yaml', ...args], workspace);
  for (const args of [['dataset.fold={ of: 2, held: 1 }'], ['dataset.fold={ of: 2, held: 2 }'], ['training.epochs=1']])
    expect((await run(...args)).exitCode).toBe(0);
});

/** In the order in which they began. */
const runs = (): string[] => {
  const folder = join(workspace, '.glyphlab', 'runs');
  const begunAt = (name: string): number =>
    (JSON.parse(readFileSync(join(folder, name, 'journal.jsonl'), 'utf8').split('\n')[0]!) as { time: number }).time;
  return readdirSync(folder).sort((a, b) => begunAt(a) - begunAt(b));
};

test('labels that are wrong on purpose are found, with the images and a page of them', async () => {
  const page = join(scratch(), 'labels.html');
  const args = ['data', '--label-errors', ...runs().slice(0, 2), '--html', page, '--json'];
  const { exitCode, stdout, stderr } = await cli(args, workspace);
  expect(stderr).toContain(page);
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout) as {
    images: number;
    precision: number;
    recall: number;
    wrongOnPurpose: number;
    labelErrors: { image: string; label: string; suggested: string }[];
  };
  // 2,000 training and 1,000 validation images; the test part of 1,000 is not looked at.
  expect(report).toMatchObject({ images: 3000, wrongOnPurpose: 60 });
  expect(report.precision).toBeGreaterThan(0.5);
  expect(report.recall).toBeGreaterThan(0.7);
  const [first] = report.labelErrors;
  expect(first!.image).toMatch(/^(train|val): image \d+ \(\d\)$/);
  expect(first!.label).not.toBe(first!.suggested);
  expect(readFileSync(page, 'utf8').match(/<img alt="[^"]+" src="data:image\/png;base64,/g)).toHaveLength(1);
});

test('images of a fold without a run are not judged, a run without folds is left out: both are told', async () => {
  const [first, , whole] = runs();
  const { exitCode, stdout, stderr } = await cli(['data', '--label-errors', first!, whole!], workspace);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('of 1,500 labels are probably wrong');
  expect(stdout).toContain('Not judged: the images of 1 fold without a finished run.');
  expect(stderr).toContain('has no out-of-fold predictions');
});

test.each([
  [['--label-errors', 'latest'], 'LABELS_NO_FOLDS'],
  [[], 'Received: neither.'],
  [['--config', 'noisy.yaml', '--label-errors', 'latest'], 'Received: both.'],
])('data %j is refused', async (args, told) => {
  const { exitCode, stderr } = await cli(['data', ...args], workspace);
  expect(stderr).toContain(told);
  expect(exitCode).toBe(2);
});
