import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '@glyphlab/tracking';
import { beforeAll, expect, test } from 'vitest';
import { cli, runInScratch, scratch } from '../testing/index.ts';

const file = join(scratch(), 'small.yaml');
let teacher: string;

beforeAll(async () => {
  const model = 'model: { type: cnn, filters: [4], denseUnits: 8 }';
  writeFileSync(file, `name: small\ndataset: { type: synthetic, size: 256 }\n${model}\ntraining: { epochs: 3 }\n`);
  ({ run: teacher } = await runInScratch(['--config', file]));
});

const distilled = (...teachers: string[]): string[] => [
  '--config',
  file,
  `training.distill={ teachers: [${teachers.map((name) => `'${name}'`).join(', ')}], temperature: 3, weight: 1 }`,
];

/** As one that was killed after its last epoch. */
function cutOff(run: string): void {
  rmSync(join(run, 'model'), { recursive: true });
  const journal = join(run, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, lines.filter((line) => !/"type":"(ended|model)"/.test(line)).join('\n'));
}

test('a run learns from saved networks, notes their weights, and is resumed with the same ones only', async () => {
  const copy = join(scratch(), 'copy');
  cpSync(join(teacher, 'model'), copy, { recursive: true });
  const { exitCode, stderr, run } = await runInScratch(distilled(teacher, copy));
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain(`Learns from ${teacher}, ${copy}.`);
  const digests = readRun(run)!.tags['glyphlab.teachers']!;
  expect(Object.keys(JSON.parse(digests) as object)).toEqual([teacher, copy]);

  cutOff(run);
  const workspace = join(run, '..', '..', '..');
  const weights = readFileSync(join(copy, 'weights.bin'));
  weights[0]! ^= 1;
  writeFileSync(join(copy, 'weights.bin'), weights);
  const refused = await cli(['run', '--no-tracking', '--resume', run], workspace);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(`The run began with other weights of ${copy}.`);
  weights[0]! ^= 1;
  writeFileSync(join(copy, 'weights.bin'), weights);
  const resumed = await cli(['run', '--no-tracking', '--resume', run], workspace);
  expect(resumed.exitCode, resumed.stderr).toBe(0);
});

test('a teacher of other images or classes is refused', async () => {
  const { exitCode, stderr } = await runInScratch([...distilled(teacher), 'dataset.numClasses=7']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/DISTILL_TEACHER_DOES_NOT_FIT\] training\.distill\.teachers[^]*knows 10 classes[^]*7 classes/);
});

test('the loss on the teachers’ answers is not that on the labels', async () => {
  const lossOf = async (args: string[]): Promise<number> => {
    const { run } = await runInScratch([...args, 'training.epochs=1']);
    const lines = readFileSync(join(run, 'journal.jsonl'), 'utf8');
    return Number(/"train\/loss":([\d.e-]+)/.exec(lines)![1]);
  };
  const [taught, plain] = [await lossOf(distilled(teacher)), await lossOf(['--config', file])];
  expect(taught).toBeGreaterThan(0);
  expect(Math.abs(taught - plain)).toBeGreaterThan(0.05);
});
