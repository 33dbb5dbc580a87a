import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expandSet } from '@glyphlab/experiments';
import { expect, test } from 'vitest';
import { ownKinds } from '../../project/registry.ts';

const folder = new URL('../../../../../experiments/', import.meta.url).pathname;
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

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
