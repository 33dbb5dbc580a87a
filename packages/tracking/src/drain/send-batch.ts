import type { Batch as ClientBatch, MetricInput } from '@glyphlab/mlflow-client';
import type { Batch } from './batches.ts';
import { mustBeRefusal, repeatAfterClash } from './failure.ts';
import { type Attempt, runIdOf } from './attempt.ts';

/** Sends a batch. What the server refuses of it is set aside, and all the rest is sent. */
export async function sendBatch({ metrics, params, tags }: Omit<Batch, 'ends'>, attempt: Attempt): Promise<void> {
  await sendParts({ metrics, params, tags }, attempt);
}

async function sendParts(batch: Required<ClientBatch>, attempt: Attempt): Promise<void> {
  const runId = runIdOf(attempt);
  try {
    const { server, signal } = attempt;
    await repeatAfterClash(() => server.client.runs.logBatch(runId, batch, { signal }));
  } catch (error) {
    await mustBeRefusal(error, runId, attempt);
    const parts = split(batch);
    if (parts) for (const part of parts) await sendParts(part, attempt);
    else attempt.refuse(batch, error);
  }
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
