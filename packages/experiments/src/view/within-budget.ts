import type { MemberStatus } from '../run/member-status.ts';
import { epochsDone } from '../runs/run-record.ts';

/** The members without the trials that wait and, if none of the others is stopped early, have no place in their search's budget. */
export function withinBudget(statuses: readonly MemberStatus[]): MemberStatus[] {
  const left = new Map<string, number>();
  const take = (status: MemberStatus, epochs: number): boolean => {
    const { trial } = status.member;
    if (trial?.plan.budget === undefined) return true;
    const rest = (left.get(trial.search) ?? trial.plan.budget) - epochs;
    if (rest >= 0) left.set(trial.search, rest);
    return rest >= 0;
  };
  const hasBegun = ({ state, run }: MemberStatus): boolean => state === 'running' || run !== undefined;
  for (const status of statuses.filter(hasBegun)) {
    const mayGoOn = status.state === 'running' || status.state === 'waiting';
    take(status, mayGoOn ? status.member.config.training.epochs : epochsDone(status.run!.record));
  }
  return statuses.filter((status) => hasBegun(status) || take(status, status.member.config.training.epochs));
}
