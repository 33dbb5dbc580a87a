import { temporaryDirectory } from '@glyphlab/core/testing';
import { describeError, InputError } from '@glyphlab/core';
import { expect } from 'vitest';
import { digits, registry } from '../testing.ts';
import { expandSet, type ExperimentSet } from './expand-set.ts';

const files = {
  'configs/digits.yaml': digits,
  'configs/letters.yaml': digits.replace('{ type: digits }', '{ type: letters }'),
};

/** Of the text of a set's file. */
export function expand(text: string): ExperimentSet {
  const cwd = temporaryDirectory({ ...files, 'experiments/try.yaml': text });
  return expandSet('experiments/try.yaml', { registry, cwd });
}

/** The error as the user reads it. */
export function refusal(text: string): string {
  try {
    expand(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).kind).toBe('wrongInput');
    return describeError(error);
  }
  throw new Error('The set was accepted.');
}
