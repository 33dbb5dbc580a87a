import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { setJsonSchema } from './editor-schema.ts';

const folder = new URL('../../../../experiments/', import.meta.url).pathname;
const accepts = new Ajv({ strict: false, allErrors: true }).compile(setJsonSchema());

test('the schema for editors is that of the code: nx run experiments:schema', () => {
  expect(JSON.parse(readFileSync(join(folder, 'set.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(setJsonSchema())),
  );
});

test.each(readdirSync(folder).filter((file) => file.endsWith('.yaml')))('%s is accepted by it, and says so', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=set\.schema\.json\n# \S/);
  expect(accepts(parse(text)), JSON.stringify(accepts.errors)).toBe(true);
});

test.each(['seds: [1]', 'members: []', 'members: [{ config: a, grid: { x: 1 } }]', 'members: [{ name: a }]'])(
  'an editor marks: %s',
  (text) => {
    expect(accepts(parse(text))).toBe(false);
  },
);
