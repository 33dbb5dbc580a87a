import type { Member } from '../plan/expand-set.ts';
import type { SetRun } from '../runs/run-index.ts';

/**
 * `waiting` for a place; `running`; `finished`; `failed` for good; `stopped` in order, so that it can go on another time.
 */
export type MemberState = 'waiting' | 'running' | 'finished' | 'failed' | 'stopped';

/** A member and how it stands. */
export interface MemberStatus {
  readonly member: Member;
  state: MemberState;
  /** Its run, the latest if there are several. */
  run: SetRun | undefined;
  /** True if it was finished before this session. */
  isOld: boolean;
  /** Why it failed or was stopped. */
  problem?: string;
}
