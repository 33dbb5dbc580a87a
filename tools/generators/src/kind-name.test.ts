import { expect, test } from 'vitest';
import { problemWithName, variableOf } from './kind-name.ts';

test.each([
  ['lenet', 'lenet'],
  ['wide-resnet', 'wideResnet'],
  ['resnet-18-d', 'resnet18D'],
  ['v2', 'v2'],
])('%s is the variable %s', (name, variable) => {
  expect(problemWithName(name, ['cnn'])).toBeUndefined();
  expect(variableOf(name)).toBe(variable);
});

test.each([
  ['WideResnet', 'Did you mean "wide-resnet"?'],
  ['wide_resnet', 'Did you mean "wide-resnet"?'],
  ['wide resnet', 'Did you mean "wide-resnet"?'],
  ['wide--resnet', 'Did you mean "wide-resnet"?'],
  ['18-resnet', 'Did you mean "resnet"?'],
  ['-resnet-', 'Did you mean "resnet"?'],
  ['../resnet', 'Did you mean "resnet"?'],
  ['', 'kebab-case'],
  ['é', 'kebab-case'],
  ['a'.repeat(51), 'at most 50'],
  ['class', 'Add a word: class-net.'],
  ['tf', 'Add a word: tf-net.'],
  ['define-model', 'has a meaning already'],
  ['cnn', '"cnn" is taken already'],
])('"%s" is refused: %s', (name, problem) => {
  expect(problemWithName(name, ['cnn'])).toContain(problem);
});
