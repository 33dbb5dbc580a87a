import type { RunRecord } from '@glyphlab/tracking';
import { expect, test } from 'vitest';
import type { SetRun } from '../runs/run-index.ts';
import { record } from '../testing.ts';
import { nextStep } from './next-step.ts';

const run = (status: RunRecord['status'], directory: string): SetRun => ({
  directory,
  record: record({ status }),
  memberId: 'm',
});
const resume = (directory: string) => (directory.endsWith('empty') ? undefined : ['resume', directory]);
const stepAfter = (...runs: SetRun[]) => nextStep(runs, { resume });

test('what has never run is started', () => {
  expect(stepAfter()).toEqual({ do: 'start' });
});

test('what has finished is left alone, even if it was tried again since', () => {
  const finished = run('FINISHED', 'a');
  expect(stepAfter(run('KILLED', 'z'), finished)).toEqual({ do: 'nothing', run: finished });
  expect(stepAfter(finished, run('FAILED', 'b'))).toEqual({ do: 'nothing', run: finished });
});

test.each(['KILLED', 'RUNNING'] as const)(
  'what was %s goes on from its checkpoint, and starts anew without one',
  (status) => {
    const cutOff = run(status, 'a');
    expect(stepAfter(run('FAILED', 'z'), cutOff)).toEqual({ do: 'resume', run: cutOff, command: ['resume', 'a'] });
    expect(stepAfter(run(status, 'empty'))).toEqual({ do: 'start' });
  },
);

test('what failed is started anew: from its checkpoint it would fail again', () => {
  expect(stepAfter(run('KILLED', 'a'), run('FAILED', 'b'))).toEqual({ do: 'start' });
});
