import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '@glyphlab/tracking';
import { expect, test } from 'vitest';
import { glyphlab, scratch } from '../../testing/index.ts';

test('one command trains teachers and then the student, and knows all of them afterwards', { timeout: 300_000 }, async () => {
  const root = scratch();
  mkdirSync(join(root, '.glyphlab'));
  const model = 'model: { type: cnn, filters: [4], denseUnits: 8 }';
  writeFileSync(join(root, 'tiny.yaml'), `name: tiny\ndataset: { type: synthetic, size: 256 }\n${model}\ntraining: { epochs: 1 }\n`); // prettier-ignore
  const set = `
parallel: 3
members:
  - { config: tiny.yaml, name: teacher, seeds: [1, 2], set: { training.epochs: 2 } }
  - { config: tiny.yaml, name: student, set: { training.distill: { teachers: ['member:teacher'] } } }
`;
  writeFileSync(join(root, 'set.yaml'), set);
  const run = () => glyphlab(root, ['experiment', '--file', 'set.yaml', '--no-tracking']);
  const first = await run();
  expect(first.code, first.stderr).toBe(0);
  const runs = join(root, '.glyphlab', 'runs');
  const records = readdirSync(runs).map((name) => readRun(join(runs, name))!);
  const byName = (name: string) => records.find((record) => record.name === name)!;
  const [student, teachers] = [byName('student, seed 1'), ['teacher, seed 1', 'teacher, seed 2'].map(byName)];
  expect(student.startedMs).toBeGreaterThan(Math.max(...teachers.map(({ lastMs }) => lastMs)));
  // By the identities of both, with the digests of their weights.
  const known = Object.keys(JSON.parse(student.tags['glyphlab.teachers']!) as object);
  expect(known).toEqual(teachers.map(({ tags }) => `member:${tags['glyphlab.member']}`));
  expect(readFileSync(join(root, 'set', 'RESULTS.md'), 'utf8')).toContain('student');

  // Nothing is left to do.
  const again = await run();
  expect(again.code, again.stderr).toBe(0);
  expect(readdirSync(runs)).toHaveLength(records.length);

  const lost = await glyphlab(root, ['evaluate', '--model', 'member:0123456789abcdef', '--dataset', 'synthetic']);
  expect(lost.code).toBe(2);
  expect(lost.stderr).toContain('MEMBER_NOT_TRAINED');
}); // prettier-ignore
