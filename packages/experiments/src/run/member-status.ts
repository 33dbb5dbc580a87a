import type { Member } from '../plan/expand-set.ts';
import type { SetRun } from '../runs/run-index.ts';

/**
 * `waiting` for a place; `running`; `finished`; `failed` for good; `stopped` in order, so that it can go on another time; `stopped
 * early` by its search, for good; `left out` of its search, whose budget is spent.
 */
export type MemberState = 'waiting' | 'running' | 'finished' | 'failed' | 'stopped' | 'stopped early' | 'left out';

/** Whether there is nothing left to do for a member, and nothing went wrong. */
export const isDone = ({ state }: Pick<MemberStatus, 'state'>): boolean =>
  state === 'finished' || state === 'stopped early' || state === 'left out';

/** Whether it trains, or has trained. */
export const hasBegun = ({ state, run }: Pick<MemberStatus, 'state' | 'run'>): boolean =>
  state === 'running' || run !== undefined;

/** A member and how it stands. */
export interface MemberStatus {
  /** Changes once, when what it is to train is proposed. */
  member: Member;
  state: MemberState;
  /** Its run, the latest if there are several. */
  run: SetRun | undefined;
  /** True if it was finished before this session. */
  isOld: boolean;
  /** Why it failed or was stopped. */
  problem?: string;
}
