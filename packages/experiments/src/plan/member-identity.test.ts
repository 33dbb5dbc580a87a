import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { type ExperimentConfig, loadExperiment } from '@glyphlab/config';
import { expect, test } from 'vitest';
import { digits, registry } from '../testing.ts';
import { memberIdentity } from './member-identity.ts';

const load = (set: string[] = []): ExperimentConfig =>
  loadExperiment(join(temporaryDirectory({ 'a.yaml': digits }), 'a.yaml'), { set, registry });

test('what changes no result does not count', () => {
  const id = memberIdentity(load());
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  const set = ['name=other', 'description=text', 'tracking.experiment=x', 'training.threads=1', 'training.epochs=3'];
  expect(memberIdentity(load(set))).toBe(id);
});

test.each(['seed=2', 'training.epochs=4', 'model.dropout=0.5', 'dataset.limit=10', 'augmentation=[{type: erasing}]'])(
  '%s makes another member',
  (override) => {
    expect(memberIdentity(load([override]))).not.toBe(memberIdentity(load()));
  },
);

test('the order of keys does not count, that of a list does', () => {
  const config = load(['model.filters=[8, 16]']);
  const turned = Object.fromEntries(Object.entries(config).reverse()) as unknown as ExperimentConfig;
  expect(memberIdentity(turned)).toBe(memberIdentity(config));
  expect(memberIdentity(load(['model.filters=[16, 8]']))).not.toBe(memberIdentity(config));
});
