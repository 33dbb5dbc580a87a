export { LocalLauncher } from './launch/local-launcher.ts';
export type { Job, JobEnd, LaunchedJob, Launcher } from './launch/launcher.ts';
export { type ExperimentSet, expandSet, type ExpandOptions, type Member } from './plan/expand-set.ts';
export { figuresOf, type MemberResult } from './results/member-result.ts';
export { summaryLines } from './results/summary-lines.ts';
export type { MemberState, MemberStatus } from './run/member-status.ts';
export type { MemberCommand } from './run/next-step.ts';
export { type SessionEnd, SetSession, type SetSessionOptions } from './session/set-session.ts';
export { tableLines } from './view/live-table.ts';
