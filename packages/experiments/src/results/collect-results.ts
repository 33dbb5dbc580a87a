import { ERROR_TAG, type RunRecord, STOPPED_TAG } from '@glyphlab/tracking';
import type { Member } from '../plan/expand-set.ts';
import type { SetRun } from '../runs/run-index.ts';
import type { MemberResult } from './member-result.ts';
import type { MlflowRun } from './mlflow-runs.ts';

/**
 * The run that stands for each member: the latest that finished, as MLflow holds it, else as its journal does; else one that was
 * stopped early, in the same order.
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
    const mirrored = byTime.filter(({ memberId, record }) => memberId === member.id || uuids.has(record.uuid));
    const [finished, run] = [mirrored.findLast(hasFinished), local.findLast(hasFinished)];
    const there = finished ?? (run ? undefined : mirrored.at(-1));
    if (there) {
      const { record, runId, url } = there;
      const stoppedEarly = hasFinished(there) ? undefined : record.tags[STOPPED_TAG];
      return { member, record, runId, url, stoppedEarly, problem: undefined };
    }
    const here = run ?? local.at(-1);
    const stoppedEarly = run ? undefined : here?.stoppedEarly;
    const problem = problems.get(member.id) ?? here?.record.tags[ERROR_TAG];
    return { member, record: here?.record, runId: undefined, url: undefined, stoppedEarly, problem };
  });
}

const hasFinished = ({ record }: { record: RunRecord }): boolean => record.status === 'FINISHED';
