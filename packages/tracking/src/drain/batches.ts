import type { MetricPoint } from '@glyphlab/core';
import type { Batch as ClientBatch, MetricInput } from '@glyphlab/mlflow-client';
import { limits } from '@glyphlab/mlflow-client/limits';
import { fromMetricValue, type EntryOf, type JournalEntry } from '../journal/entries.ts';
import { type Attempt, runIdOf } from './attempt.ts';
import type { Position } from './cursor.ts';
import type { EntryQueue, QueuedEntry } from './entry-queue.ts';
import { mustBeRefusal, repeatAfterClash } from './failure.ts';

/** Entries that go out in one request. */
export interface Batch {
  metrics: MetricPoint[];
  params: Record<string, string>;
  tags: Record<string, string>;
  /** How far each file is sent once this is confirmed. */
  ends: Map<string, Position>;
}

/** An entry that needs requests of its own. */
export interface Single {
  entry: Exclude<JournalEntry, EntryOf<'metrics' | 'params' | 'tags'>> | undefined;
  text: string;
  ends: Map<string, Position>;
}

/**
 * The next thing to send, in the order of each file. A batch ends where an entry of another kind begins, or before an entry
 * that would make it too large for one request; only a single entry can be larger than that.
 */
export async function nextWork(queues: readonly EntryQueue[]): Promise<Batch | Single | undefined> {
  const batch: Batch = { metrics: [], params: {}, tags: {}, ends: new Map() };
  for (const queue of queues) {
    for (let queued = await queue.peek(); queued; queued = await queue.peek()) {
      const fits = addTo(batch, queued);
      if (fits === 'single' && batch.ends.size === 0) {
        queue.take();
        return { entry: queued.entry as Single['entry'], text: queued.text, ends: new Map([[queue.file, queued.end]]) };
      }
      if (fits !== 'added') break;
      queue.take();
      batch.ends.set(queue.file, queued.end);
    }
  }
  return batch.ends.size > 0 ? batch : undefined;
}

export const isBatch = (work: Batch | Single): work is Batch => 'metrics' in work;

function addTo(batch: Batch, { entry }: QueuedEntry): 'added' | 'full' | 'single' {
  if (entry?.type === 'metrics') {
    const keys = Object.keys(entry.values);
    if (batch.metrics.length > 0 && size(batch) + keys.length > limits.batch.total) return 'full';
    for (const key of keys) {
      batch.metrics.push({
        key,
        value: fromMetricValue(entry.values[key]!),
        step: entry.step,
        timestampMs: entry.time,
      });
    }
    return 'added';
  }
  if (entry?.type === 'params' || entry?.type === 'tags') {
    const target = batch[entry.type];
    const added = { ...target, ...entry.values };
    const more = Object.keys(added).length - Object.keys(target).length;
    if (
      batch.ends.size > 0 &&
      (Object.keys(added).length > limits.batch.tags || size(batch) + more > limits.batch.total)
    )
      return 'full';
    batch[entry.type] = added;
    return 'added';
  }
  return 'single';
}

const size = ({ metrics, params, tags }: Batch): number =>
  metrics.length + Object.keys(params).length + Object.keys(tags).length;

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
