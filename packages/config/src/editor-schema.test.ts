import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { experimentJsonSchema } from './editor-schema.ts';
import { registry } from './testing/index.ts';

const schema = experimentJsonSchema(registry);
const accepts = new Ajv({ strict: false, allErrors: true }).compile(schema);

test.each([
  'extends: base.yaml',
  'extends: [a.yaml, b.yaml]\nname: x\ntraining: { optimizer: { learningRate: 0.1 } }',
  'training: { schedule: { patience: 5 }, gradientClipNorm: null, threads: 2, towers: auto }',
  'dataset: { limit: 10 }\nmodel: { type: resnet }\naugmentation: [{ type: elastic }]',
  'tracking: { tags: { anything: goes } }\nevaluation: { testTimeAugmentation: { views: 4, rotation: 5 } }',
])('an editor accepts a part of an experiment: %s', (text) => {
  expect(accepts(parse(text)), JSON.stringify(accepts.errors)).toBe(true);
});

test.each([
  'nam: x',
  'training: { epoch: 3 }',
  'training: { epochs: 0 }',
  'training: { optimizer: { type: adm } }',
  'training: { optimizer: { type: adam, momentum: 0.9 } }',
  'dataset: { type: nothing }',
  'training: { checkpoint: { monitor: test/loss } }',
  'extends: 3',
])('an editor marks: %s', (text) => {
  expect(accepts(parse(text))).toBe(false);
});

interface Property {
  description?: string;
  default?: unknown;
}

/** Paths of keys whose description is missing or does not give the default; `type` is described by its mapping. */
function undescribed(node: unknown, path = ''): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, child]) => {
    if (key !== 'properties') return undescribed(child, path);
    return Object.entries<Property>(child).flatMap(([name, property]) => {
      const { description = '', default: value } = property;
      const told =
        name === 'type' ||
        (typeof value === 'object'
          ? description
          : description.includes(`Default`) || (description && value === undefined));
      return [...(told ? [] : [`${path}.${name}`]), ...undescribed(property, `${path}.${name}`)];
    });
  });
}

test('every key has a description, with its default', () => {
  expect(undescribed(schema)).toEqual([]);
  expect(undescribed({ properties: { a: {}, b: { default: 1, description: 'b' } } })).toEqual(['.a', '.b']);
});
