import { duration, percent } from '@glyphlab/core';
import { epochsDone, trainingSeconds } from '@glyphlab/tracking';
import { hasBegun, type MemberStatus } from '../run/member-status.ts';

/** A member's progress, as far as its journal tells. */
interface MemberProgress {
  name: string;
  state: string;
  epoch: string;
  accuracy: string;
  left: string;
}

/** @param nowMs milliseconds since 1970 */
export function describeProgress(status: MemberStatus, nowMs: number): MemberProgress {
  const { member, state, isOld, run } = status;
  const total = member.config.training.epochs;
  const done = run ? epochsDone(run.record) : 0;
  const accuracy = run?.record.epochs.get(done)?.['val/accuracy'];
  const isStarting = state === 'running' && done === 0;
  const left = secondsLeft(status, nowMs);
  return {
    name: member.name,
    state: isOld && state === 'finished' ? 'finished before' : isStarting ? 'starting' : state,
    epoch: done === 0 && state !== 'running' ? '' : `${done}/${total}`,
    accuracy: accuracy === undefined ? '' : percent(accuracy),
    left: left === undefined ? '' : `${duration(left)} left`,
  };
}

/** Seconds that a running member still needs; undefined until an epoch has told how long one takes. */
function secondsLeft({ member, state, run }: MemberStatus, nowMs: number): number | undefined {
  const done = run ? epochsDone(run.record) : 0;
  if (state !== 'running' || !run || done === 0) return undefined;
  const perEpoch = trainingSeconds(run.record) / done;
  const underWay = Math.min(perEpoch, Math.max(0, (nowMs - run.record.lastMs) / 1000));
  return Math.max(0, perEpoch * (member.config.training.epochs - done) - underWay);
}

/**
 * Seconds until the whole set is done, roughly: members that wait are taken to need as long an epoch as the others do on
 * average, and no trial of a search to be stopped early. Undefined until there is something to judge by.
 */
export function secondsUntilDone(
  statuses: readonly MemberStatus[],
  parallel: number,
  nowMs: number,
): number | undefined {
  const trained = statuses.filter(({ run }) => run && epochsDone(run.record) > 0).map(({ run }) => run!.record);
  const epochs = trained.reduce((sum, record) => sum + epochsDone(record), 0);
  const perEpoch = trained.reduce((sum, record) => sum + trainingSeconds(record), 0) / epochs;
  const open = withinBudget(statuses).filter(({ state }) => state === 'waiting' || state === 'running');
  if (!Number.isFinite(perEpoch) || open.length === 0) return undefined;
  const needs = open.map((status) => {
    const done = status.run ? epochsDone(status.run.record) : 0;
    return secondsLeft(status, nowMs) ?? perEpoch * (status.member.config.training.epochs - done);
  });
  return Math.max(
    Math.max(...needs),
    needs.reduce((sum, seconds) => sum + seconds, 0) / Math.min(parallel, open.length),
  );
}

/** As `2 of 6 finished, 2 running, 1 failed, about 3 h 05 min left`. */
export function describeSet(statuses: readonly MemberStatus[], parallel: number, nowMs: number): string {
  const count = (state: string): number => statuses.filter((status) => status.state === state).length;
  const left = secondsUntilDone(statuses, parallel, nowMs);
  return [
    `${count('finished')} of ${statuses.length} finished`,
    ...(['running', 'waiting', 'failed', 'stopped', 'stopped early', 'left out'] as const)
      .filter((state) => count(state) > 0)
      .map((state) => `${count(state)} ${state}`),
    ...(left === undefined ? [] : [`about ${duration(left)} left`]),
  ].join(', ');
}

/** The members without the trials that wait and, if none of the others is stopped early, have no place in their search's budget. */
function withinBudget(statuses: readonly MemberStatus[]): MemberStatus[] {
  const left = new Map<string, number>();
  const take = (status: MemberStatus, epochs: number): boolean => {
    const { trial } = status.member;
    if (trial?.plan.budget === undefined) return true;
    const rest = (left.get(trial.search) ?? trial.plan.budget) - epochs;
    if (rest >= 0) left.set(trial.search, rest);
    return rest >= 0;
  };
  for (const status of statuses.filter(hasBegun)) {
    const mayGoOn = status.state === 'running' || status.state === 'waiting';
    take(status, mayGoOn ? status.member.config.training.epochs : epochsDone(status.run!.record));
  }
  return statuses.filter((status) => hasBegun(status) || take(status, status.member.config.training.epochs));
}
