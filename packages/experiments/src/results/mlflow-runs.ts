import { collect } from '@glyphlab/core';
import type { Run } from '@glyphlab/mlflow-client';
import { PARENT_TAG, type RunRecord, SET_TAG, STOPPED_TAG } from '@glyphlab/tracking';
import { recordOf } from '@glyphlab/tracking/reader';
import type { TrackingServer } from '@glyphlab/tracking/registry';
import { MEMBER_TAG } from '../plan/expand-set.ts';

/** A run as MLflow holds it. */
export interface MlflowRun {
  runId: string;
  /** Page of the run. */
  url: string;
  memberId: string | undefined;
  record: RunRecord;
}

/** Finds the runs of one experiment by a tag. */
type Search = (key: string, condition: string) => Promise<Run[]>;

/**
 * The runs of a set's members that finished or were stopped early, and the tags of its parent run, the latest if there were
 * several.
 *
 * @throws MlflowError
 */
export async function readMlflowRuns(
  { client, pageOf }: TrackingServer,
  set: { name: string; experiment: string },
): Promise<{ runs: MlflowRun[]; parentTags: Readonly<Record<string, string>> }> {
  const experiment = await client.experiments.getByName(set.experiment);
  if (!experiment) return { runs: [], parentTags: {} };
  const experimentIds = [experiment.experimentId];
  const search: Search = (key, condition) =>
    collect(client.runs.search({ experimentIds, filter: `tags.\`${key}\` ${condition}` }));
  const parents = (await search(SET_TAG, `= '${set.name}'`)).sort((a, b) => a.startTimeMs - b.startTimeMs);
  const runs: MlflowRun[] = [];
  for (const run of await search(MEMBER_TAG, "LIKE '%'")) {
    if (!parents.some(({ runId }) => runId === run.tags[PARENT_TAG])) continue;
    if (run.status === 'FINISHED' || run.tags[STOPPED_TAG] !== undefined)
      runs.push({
        runId: run.runId,
        url: pageOf(run.experimentId, run.runId),
        memberId: run.tags[MEMBER_TAG],
        record: await recordOf(client, run, set.experiment),
      });
  }
  return { runs, parentTags: parents.at(-1)?.tags ?? {} };
}
