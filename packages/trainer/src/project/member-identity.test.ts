import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expandSet } from '@glyphlab/experiments';
import { expect, test } from 'vitest';
import { ownKinds } from './registry.ts';

const configs = new URL('../../../../configs/', import.meta.url).pathname;

function identityOf(config: string, set: object): string {
  const folder = temporaryDirectory();
  const file = join(folder, 'set.yaml');
  writeFileSync(file, JSON.stringify({ members: [{ config: join(configs, config), set }] }));
  return expandSet(file, { registry: ownKinds }).members[0]!.id;
}

const fastAsItWas = {
  'dataset.valFraction': 0.05,
  'model.dropout': 0.2,
  augmentation: [{ type: 'affine', rotation: 8, scale: 0.08, translate: 1.5 }],
  'training.epochs': 4,
  'training.batchSize': 64,
  'training.optimizer.learningRate': 0.05,
  'training.schedule': { type: 'oneCycle' },
  'training.precision': 'bf16',
  'training.towers': 2,
};

// As they were when configurations had neither losses nor callbacks nor metrics to choose: what was trained then is not trained again.
test.each([
  ['quickstart.yaml', { 'training.towers': 2, 'training.precision': 'fp32' }, '46e14f9a4e1d731d'],
  ['mnist-10.yaml', fastAsItWas, '3a73ccbbd148098b'],
  ['adam-50.yaml', { 'training.labelSmoothing': 0.1, 'training.earlyStopping': { patience: 3 } }, 'e75940d7c7453850'],
])('a member of %s with %j is the one it was in earlier releases', (config, set, id) => {
  expect(identityOf(config, set)).toBe(id);
});

test.each([
  { 'training.loss': { type: 'focal' } },
  { 'training.loss.classWeights': 'balanced' },
  { 'training.callbacks': [{ type: 'earlyStopping' }] },
  { 'evaluation.metrics': [{ type: 'topK' }] },
])('%j makes another member', (set) => {
  expect(identityOf('quickstart.yaml', set)).not.toBe(identityOf('quickstart.yaml', {}));
});
