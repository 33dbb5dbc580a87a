import { expect, test } from 'vitest';
import type { MemberStatus } from '../run/member-status.ts';
import { searchPlan } from '../search/search-plan.ts';
import { member, record } from '../testing.ts';
import { describeProgress, describeSet, secondsUntilDone } from './progress.ts';

/** Three epochs of 60 s each are done at time 0. */
const status = (state: MemberStatus['state'], epochs: number, hasRun = true): MemberStatus => ({
  member: member('a', { epochs }),
  state,
  run: hasRun ? { directory: '', memberId: 'a', record: record({ lastMs: 0, status: 'RUNNING' }) } : undefined,
  isOld: false,
});

test('time left is that of the epochs to come, less what has passed of this one', () => {
  expect(describeProgress(status('running', 10), 20_000)).toEqual({
    name: 'a, seed 1',
    state: 'running',
    epoch: '3/10',
    accuracy: '94.00 %',
    left: '6 min 40 s left',
  });
  // Overdue: an epoch that takes longer than the others is not counted below nothing.
  expect(describeProgress(status('running', 4), 1e9).left).toBe('0.0 s left');
  expect(describeProgress(status('running', 10, false), 0)).toMatchObject({
    state: 'starting',
    epoch: '0/10',
    left: '',
  });
  expect(describeProgress({ ...status('finished', 3), isOld: true }, 0)).toMatchObject({
    state: 'finished before',
    left: '',
  });
});

test('a set takes as long as its longest member, and all of them by the places', () => {
  const statuses = [
    status('finished', 3),
    status('running', 10),
    status('waiting', 10, false),
    status('waiting', 10, false),
  ];
  // 7 epochs of a minute, and twice 10.
  expect(secondsUntilDone(statuses, 2, 0)).toBe((27 / 2) * 60);
  expect(secondsUntilDone(statuses, 8, 0)).toBe(600);
  expect(describeSet(statuses, 2, 0)).toBe('1 of 4 finished, 1 running, 2 waiting, about 14 min left');
  expect(secondsUntilDone([status('waiting', 10, false)], 2, 0)).toBeUndefined();
});

test('of the trials that wait only those count for which the budget has room', () => {
  const plan = searchPlan({ type: 'asha', trials: 9, space: {}, monitor: 'val/loss', budget: 33 }, 10, 'min');
  const trial = (state: MemberStatus['state'], hasRun = true): MemberStatus => {
    const of = status(state, 10, hasRun);
    return { ...of, member: { ...of.member, trial: { search: 's', number: 1, values: {}, plan } } };
  };
  const waiting = [1, 2, 3].map(() => trial('waiting', false));
  // Three epochs of the one that was stopped, and ten of the one that runs, leave room for two: 7, 10 and 10 minutes.
  expect(secondsUntilDone([trial('stopped early'), trial('running'), ...waiting], 1, 0)).toBe(27 * 60);
});
