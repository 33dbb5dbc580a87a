import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expandSet } from '@glyphlab/experiments';
import { expect, test } from 'vitest';
import { registry } from '../../project/registry.ts';

const folder = new URL('../../../../../experiments/', import.meta.url).pathname;
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

test('sets are found', () => {
  expect(files).toContain('seed-report.yaml');
});

test.each(files)('%s says what it is about, and every member has a configuration', (file) => {
  const { members, description } = expandSet(join(folder, file), { registry });
  expect(description).toMatch(/\w/);
  expect(members.length).toBeGreaterThan(1);
  // The final run is measured with both cores.
  for (const { group, config } of members) expect(config.training.threads).toBe(group === 'sgd-60' ? 2 : 1);
});

test('the report’s set has the report’s runs, and three more', () => {
  const { members } = expandSet(join(folder, 'seed-report.yaml'), { registry });
  const described = members.map(({ group, config: { dataset, training } }) => [
    group,
    dataset.type,
    training.optimizer.type,
    training.batchSize,
    training.epochs,
  ]);
  expect(described).toEqual([
    ['sgd-60', 'mnist', 'sgd', 32, 60],
    ['mnist-10', 'mnist', 'sgd', 32, 10],
    ['emnist-20', 'emnist-balanced', 'sgd', 32, 20],
    ['adam-50', 'mnist', 'adam', 32, 50],
    ['adam-50-batch64', 'mnist', 'adam', 64, 50],
    ['sgd-50', 'mnist', 'sgd', 32, 50],
    ['sgd-50-batch64', 'mnist', 'sgd', 64, 50],
    ['emnist-20-patience', 'emnist-balanced', 'sgd', 32, 20],
    ['emnist-20-ema', 'emnist-balanced', 'sgd', 32, 20],
    ['sgd-60-ema', 'mnist', 'sgd', 32, 60],
  ]);
});
