import { fromMetricValue, type EntryOf, type JournalEntry } from '../journal/entries.ts';
import type { Position } from './cursor.ts';
import type { EntryQueue, QueuedEntry } from './entry-queue.ts';
import type { MetricPoint } from '@glyphlab/core';
import { limits } from '@glyphlab/mlflow-client/limits';

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
