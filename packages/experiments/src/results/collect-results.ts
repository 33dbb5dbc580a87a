import type { Member } from '../plan/expand-set.ts';
import type { SetRun } from '../runs/run-index.ts';
import type { MemberResult } from './member-result.ts';
import type { MlflowRun } from './mlflow-runs.ts';

/**
 * The run that stands for each member: the latest that finished, as MLflow holds it, else as its journal does.
 *
 * @param localRuns of a member on this machine, the oldest first
 */
export function collectResults(
  members: readonly Member[],
  localRuns: (memberId: string) => readonly SetRun[],
  mlflowRuns: readonly MlflowRun[],
  problems: ReadonlyMap<string, string | undefined> = new Map(),
): MemberResult[] {
  const byTime = mlflowRuns.toSorted((a, b) => a.record.startedMs - b.record.startedMs);
  return members.map((member) => {
    const local = localRuns(member.id);
    const uuids = new Set(local.map(({ record }) => record.uuid));
    const mirrored = byTime.findLast(({ memberId, record }) => memberId === member.id || uuids.has(record.uuid));
    if (mirrored)
      return { member, record: mirrored.record, runId: mirrored.runId, url: mirrored.url, problem: undefined };
    const run = local.findLast(({ record }) => record.status === 'FINISHED') ?? local.at(-1);
    const problem = problems.get(member.id) ?? run?.record.tags['glyphlab.error'];
    return { member, record: run?.record, runId: undefined, url: undefined, problem };
  });
}
