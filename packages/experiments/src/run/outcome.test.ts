import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { record } from '../testing.ts';
import { outcomeOf } from './outcome.ts';

const log = () =>
  join(temporaryDirectory({ 'log.txt': 'Loading\nDataError [DATA_MISSING] mnist\n  No file is there.\n' }), 'log.txt');

test('the run’s own word counts more than the exit code', () => {
  expect(outcomeOf(record(), { exitCode: 1 }, log())).toEqual({ kind: 'finished' });
  const failed = record({ status: 'FAILED', tags: { 'glyphlab.error': 'The loss is NaN.' } });
  expect(outcomeOf(failed, { exitCode: 1 }, log())).toEqual({ kind: 'failed', problem: 'The loss is NaN.' });
  expect(outcomeOf(record({ status: 'KILLED' }), { exitCode: 130 }, log())).toMatchObject({ kind: 'stopped' });
});

test('without a word it was cut off, unless it ended by itself: then its last words say why', () => {
  expect(outcomeOf(record({ status: 'RUNNING' }), {}, log())).toEqual({ kind: 'cutOff' });
  expect(outcomeOf(undefined, { signal: 'SIGKILL' }, log())).toEqual({ kind: 'cutOff' });
  expect(outcomeOf(undefined, { signal: 'SIGTERM' }, log())).toMatchObject({ kind: 'stopped' });
  const problem = 'DataError [DATA_MISSING] mnist\n  No file is there.';
  expect(outcomeOf(undefined, { exitCode: 2 }, log())).toEqual({ kind: 'failed', problem });
  expect(outcomeOf(undefined, { exitCode: 2 }, '/nowhere')).toEqual({ kind: 'failed', problem: 'It said nothing.' });
  expect(outcomeOf(undefined, { error: new Error('no such program') }, log())).toMatchObject({
    kind: 'failed',
    problem: 'It could not be started: Error: no such program',
  });
});
