import { temporaryDirectory } from '@glyphlab/core/testing';
import { ConfigError } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { loadExperiment } from './load-experiment.ts';
import { flatten, resolvedYaml } from './resolved.ts';
import { minimal, registry } from './testing/index.ts';

const set = [
  'augmentation=[{ type: affine, rotation: 10 }, { type: erasing, area: [0.1, 0.2] }]',
  'training.schedule={ type: reduceLrOnPlateau, monitor: val/accuracy }',
  'training.optimizer={ type: adam, epsilon: 1e-8 }',
  'training.ema={}',
  'description="two\nlines: and # signs"',
  'tracking.tags={ yes: "no", 1: "2" }',
];
const load = (directory: string, file: string, overrides: string[] = []) =>
  loadExperiment(file, { cwd: directory, registry, set: overrides });

test('the resolved file gives the same experiment, and stays the same', () => {
  const config = load(temporaryDirectory({ 'a.yaml': minimal }), 'a.yaml', set);
  const text = resolvedYaml(config);
  const again = load(temporaryDirectory({ 'config.yaml': text }), 'config.yaml');
  expect(again).toEqual(config);
  expect(resolvedYaml(again)).toBe(text);
});

test('every value becomes one readable parameter', () => {
  const params = flatten(load(temporaryDirectory({ 'a.yaml': minimal }), 'a.yaml', set));
  expect(params).toMatchObject({
    name: 'minimal',
    seed: '1',
    'model.filters': '[32,64]',
    'augmentation.0.rotation': '10',
    'augmentation.1.area': '[0.1,0.2]',
    'training.optimizer.epsilon': '1e-8',
    'training.schedule.mode': 'max',
    'training.ema.decay': '0.999',
  });
  expect(params).not.toHaveProperty('training.gradientClipNorm');
  expect(Object.keys(params).filter((key) => key.startsWith('tracking.tags'))).toEqual([]);
  expect(flatten(load(temporaryDirectory({ 'a.yaml': minimal }), 'a.yaml'))).toMatchObject({
    augmentation: '[]',
  });
});

test('a value that MLflow would cut is refused', () => {
  const filters = `model.filters=[${Array(3000).fill(512).join(',')}]`;
  const config = load(temporaryDirectory({ 'a.yaml': minimal }), 'a.yaml', [filters]);
  expect(() => flatten(config)).toThrow(ConfigError);
});
