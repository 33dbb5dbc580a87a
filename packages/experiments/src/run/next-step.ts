import type { SetRun } from '../runs/run-index.ts';

/** How a member is run: the trainer's command line. */
export interface MemberCommand {
  /** @param parent UUID of the run that it becomes a part of */
  start(configFile: string, parent: string): readonly string[];
  /** Undefined if the run kept nothing that it could go on from. */
  resume(runDirectory: string): readonly string[] | undefined;
}

/** What is to be done for a member, seen from its runs; `nothing` if it finished or was stopped early. */
export type NextStep =
  { do: 'nothing'; run: SetRun } | { do: 'resume'; run: SetRun; command: readonly string[] } | { do: 'start' };

/**
 * A finished run is enough, whatever came after it, and so is one that its search stopped. What was stopped or cut off goes on
 * from its checkpoint; what failed is started anew, since it would fail again from there.
 *
 * @param runs of the member, the oldest first
 */
export function nextStep(runs: readonly SetRun[], { resume }: Pick<MemberCommand, 'resume'>): NextStep {
  const done =
    runs.findLast(({ record }) => record.status === 'FINISHED') ??
    runs.findLast(({ stoppedEarly }) => stoppedEarly !== undefined);
  if (done) return { do: 'nothing', run: done };
  const latest = runs.at(-1);
  const command = latest && latest.record.status !== 'FAILED' ? resume(latest.directory) : undefined;
  return latest && command ? { do: 'resume', run: latest, command } : { do: 'start' };
}
