import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { Ajv } from 'ajv';
import { z } from 'zod';
import { expect, test } from 'vitest';
import { experimentJsonSchema } from './editor-schema.ts';
import type { Registry } from './kinds.ts';
import { loadExperiment } from './load-experiment.ts';
import { registry as plain } from './testing/index.ts';

const registry: Registry = {
  ...plain,
  datasets: [...plain.datasets.map((kind) => ({ ...kind, augmentation: 'handwriting' })), { ...plain.datasets[0]!, type: 'photos' }], // prettier-ignore
  augmentationPresets: {
    handwriting: [{ type: 'affine', rotation: 10 }],
    photo: [{ type: 'elastic' }, { type: 'affine' }],
  },
  losses: plain.losses.map((kind) => ({
    ...kind,
    options: kind.options.extend({ classWeights: z.string().default('none').describe('Default none.') }),
  })),
};
const load = (rest: string, dataset = 'digits') => {
  const file = join(temporaryDirectory(), 'a.yaml');
  writeFileSync(file, `name: a\ndataset: { type: ${dataset} }\nmodel: { type: cnn }\n${rest}\n`);
  return loadExperiment(file, { registry });
};

test.each([
  ['photo', 'digits', ['elastic', 'affine']],
  ['handwriting', 'photos', ['affine']],
  ['auto', 'digits', ['affine']],
  // A dataset that does not say.
  ['auto', 'photos', ['elastic', 'affine']],
  ['none', 'digits', []],
  ['[{ type: elastic }]', 'digits', ['elastic']],
])('augmentation: %s on %s is %j, with all defaults', (word, dataset, types) => {
  const { augmentation } = load(`augmentation: ${word}`, dataset);
  expect(augmentation.map(({ type }) => type)).toEqual(types);
  for (const step of augmentation) if (step.type === 'elastic') expect(step['alpha']).toBe(34);
});

test('another word is refused, with the nearest', () => {
  const message = (() => {
    try {
      return String(load('augmentation: phooto'));
    } catch (error) {
      return describeError(error);
    }
  })();
  expect(message).toContain('Received: "phooto"');
  expect(message).toContain('a.yaml:4 › augmentation');
  expect(message).toContain('Did you mean "photo"?');
});

test('training.classWeights is short for that of the loss; editors know both short forms', () => {
  expect(load('training: { classWeights: balanced }').training.loss).toMatchObject({ type: 'crossEntropy', classWeights: 'balanced' }); // prettier-ignore
  expect(load('training: { classWeights: balanced, loss: { type: focal } }').training.loss).toMatchObject({ type: 'focal', classWeights: 'balanced' }); // prettier-ignore
  const accepts = new Ajv({ strict: false }).compile(experimentJsonSchema(registry));
  expect(accepts({ augmentation: 'photo', training: { classWeights: 'balanced' } })).toBe(true);
  expect(accepts({ augmentation: 'foto' })).toBe(false);
  expect(accepts({ augmentation: [{ type: 'elastic' }] })).toBe(true);
});

test('every dataset may be sampled in balance, and what it checks itself is still checked', () => {
  expect(load('').dataset).not.toHaveProperty('sampling');
  const file = join(temporaryDirectory(), 'a.yaml');
  writeFileSync(file, 'name: a\ndataset: { type: letters, sampling: balanced }\nmodel: { type: cnn }\n');
  expect(loadExperiment(file, { registry }).dataset).toEqual({ type: 'letters', merged: true, sampling: 'balanced' });
});
