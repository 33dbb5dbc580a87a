import type { Batch as ClientBatch, MetricInput } from '@glyphlab/mlflow-client';
import { GlyphlabError } from '@glyphlab/core';
import type { Batch } from './batches.ts';
import { isRefusal, isRunMissing, RunLostError } from './failure.ts';
import { keepRefused } from './refused.ts';
import type { Attempt } from './run-drain.ts';

/** Sends a batch. What the server refuses of it is set aside, and all the rest is sent. */
export async function sendBatch({ metrics, params, tags }: Batch, attempt: Attempt): Promise<void> {
  await sendParts({ metrics, params, tags }, attempt);
}

/** The run's id at the server. */
export function runIdOf({ cursor, directory }: Attempt): string {
  const { runId } = cursor.state;
  if (runId !== undefined) return runId;
  throw new GlyphlabError('TRACKING_DAMAGED_JOURNAL', 'The journal does not begin with its run.', { where: directory });
}

async function sendParts(batch: Required<ClientBatch>, attempt: Attempt): Promise<void> {
  const runId = runIdOf(attempt);
  try {
    await attempt.server.client.runs.logBatch(runId, batch, { signal: attempt.signal });
  } catch (error) {
    if (isRunMissing(error))
      throw new RunLostError('TRACKING_RUN_LOST', 'The server does not know this run.', { cause: error });
    if (!isRefusal(error)) throw error;
    const halves = split(batch);
    if (halves) for (const half of halves) await sendParts(half, attempt);
    else if (await isRunActive(runId, attempt)) keepRefused(attempt, batch, error);
  }
}

/** A deleted run refuses everything; it can be restored, so nothing is set aside for it. */
async function isRunActive(runId: string, { server, signal }: Attempt): Promise<boolean> {
  const run = await server.client.runs.get(runId, { signal });
  if (run.lifecycleStage === 'active') return true;
  throw new GlyphlabError('TRACKING_RUN_DELETED', `The run is deleted on the server.`, {
    where: server.pageOf(run.experimentId, runId),
    hint: `Bring it back with: mlflow runs restore --run-id ${runId}`,
  });
}

/** The batch in two, undefined if it holds one thing only. */
function split({ metrics, params, tags }: Required<ClientBatch>): Required<ClientBatch>[] | undefined {
  const [paramEntries, tagEntries] = [Object.entries(params), Object.entries(tags)];
  const kinds = [metrics, paramEntries, tagEntries].filter(({ length }) => length > 0).length;
  if (kinds > 1) return [only({ params }), only({ tags }), only({ metrics })];
  if (metrics.length > 1) return halves<MetricInput>(metrics).map((half) => only({ metrics: half }));
  if (paramEntries.length > 1) return halves(paramEntries).map((half) => only({ params: Object.fromEntries(half) }));
  if (tagEntries.length > 1) return halves(tagEntries).map((half) => only({ tags: Object.fromEntries(half) }));
  return undefined;
}

const only = (part: ClientBatch): Required<ClientBatch> => ({ metrics: [], params: {}, tags: {}, ...part });

function halves<T>(items: readonly T[]): [T[], T[]] {
  const middle = items.length >> 1;
  return [items.slice(0, middle), items.slice(middle)];
}
