import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expandSet } from '@glyphlab/experiments';
import { expect, test } from 'vitest';
import { cli } from '../../testing/index.ts';
import { ownKinds } from '../../project/registry.ts';

const folder = new URL('../../../../../experiments/', import.meta.url).pathname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));

test('sets are found', () => {
  expect(files).not.toEqual([]);
});

test.each(files)('%s says what it is about, and every member has a configuration', (file) => {
  const { members, description } = expandSet(join(folder, file), { registry: ownKinds });
  expect(description).toMatch(/\w/);
  expect(members.length).toBeGreaterThan(1);
  // The minutes of a member tell something only if it had the same cores on every machine.
  for (const { config } of members) expect(config.training.threads).toBeTypeOf('number');
});

const records = files.filter((file) => file.startsWith('records/'));

test.each(records)(
  '%s: three seeds learn from what the set trains before, and it is said how long all takes',
  async (file) => {
    const path = join(folder, file);
    const { members } = expandSet(path, { registry: ownKinds });
    const students = members.filter(({ config }) => config.training.distill);
    expect(students.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    const others = members.filter((member) => !students.includes(member));
    for (const { config } of students)
      expect(config.training.distill!.teachers).toEqual(others.map(({ id }) => `member:${id}`));
    expect(readFileSync(path, 'utf8')).toMatch(/^# About \d[\d,]* minutes on two cores/m);
    const { exitCode, stdout } = await cli(['experiment', '--file', path, '--dry-run', '--no-tracking']);
    expect(exitCode).toBe(0);
    for (const { name } of members) expect(stdout).toContain(name);
  },
);

test('the records of three datasets are there', () => {
  expect(records.sort()).toEqual(['records/emnist.yaml', 'records/fashion.yaml', 'records/mnist.yaml']);
});
