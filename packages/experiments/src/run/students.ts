import { teachersOf } from '../plan/teachers.ts';
import type { MemberStatus } from './member-status.ts';

/** Members of the set that one learns from. */
function teachersAmong(statuses: readonly MemberStatus[], { member }: MemberStatus): MemberStatus[] {
  const ids = teachersOf(member.config);
  return statuses.filter((status) => ids.includes(status.member.id));
}

/** Whether all that a member learns from have finished. */
export const hasTeachers = (statuses: readonly MemberStatus[], student: MemberStatus): boolean =>
  teachersAmong(statuses, student).every(({ state }) => state === 'finished');

/** Students wait for their teachers; where one has failed for good, they have nobody to learn from, and fail, too. */
export function giveUpUntaught(statuses: readonly MemberStatus[], onMessage: (text: string) => void): void {
  // Teachers come first, so that one look is enough for students of students.
  for (const status of statuses) {
    if (status.state !== 'waiting') continue;
    const failed = teachersAmong(statuses, status).find(({ state }) => state === 'failed');
    if (!failed) continue;
    status.state = 'failed';
    status.problem = `It learns from ${failed.member.name}, which failed.`;
    onMessage(`${status.member.name}: not started. ${status.problem}`);
  }
}
