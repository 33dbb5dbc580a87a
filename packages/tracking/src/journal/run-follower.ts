import { closeSync, openSync, readSync } from 'node:fs';
import { presentMetric } from '@glyphlab/core';
import { journalFile } from '../run/run-directory.ts';
import { fromMetricValue, type EntryOf, type JournalEntry, type MetricValue } from './entries.ts';
import { parseEntry } from './logged-before.ts';
import { datasetPart, type RunRecord } from './run-record.ts';

/** Where what is read lies for a moment; one for all journals, since a set may have a thousand. */
let chunk = Buffer.allocUnsafe(64 * 1024);

/** Gives the lines of a run's journal, and later those that were added: whole lines only, since its process may be writing. */
export class JournalTail {
  readonly #path: string;
  #offset = 0;

  /** @param directory of the run, which need not be there yet */
  constructor(directory: string) {
    this.#path = journalFile(directory);
  }

  /** Lines that were added since the last call, without their newlines. */
  *lines(): Generator<string> {
    let file: number;
    try {
      file = openSync(this.#path, 'r');
    } catch {
      return;
    }
    try {
      let isMore = true;
      while (isMore) {
        const bytes = chunk.subarray(0, readSync(file, chunk, 0, chunk.length, this.#offset));
        isMore = bytes.length === chunk.length;
        const end = bytes.lastIndexOf('\n') + 1;
        this.#offset += end;
        if (end > 0) yield* bytes.toString('utf8', 0, end - 1).split('\n');
        else if (isMore) chunk = Buffer.allocUnsafe(2 * chunk.length);
      }
    } finally {
      closeSync(file);
    }
  }
}

const ARTIFACT = /^\{"time":(\d+),"type":"artifact"/;

/** Reads what a run's journal says of it, and later what was added. */
export class RunFollower {
  readonly #tail: JournalTail;
  /** Undefined until the journal's first line is there. */
  record: RunRecord | undefined;

  /** @param directory of the run, which need not be there yet */
  constructor(directory: string) {
    this.#tail = new JournalTail(directory);
  }

  refresh(): void {
    for (const line of this.#tail.lines()) {
      // Half of all lines, of which a record keeps nothing but that they were written.
      const time = this.record && ARTIFACT.exec(line)?.[1];
      if (time !== undefined) {
        this.record!.lastMs = Math.max(this.record!.lastMs, Number(time));
        continue;
      }
      // A line that a power failure cut is none: those after it are whole.
      const entry = parseEntry(line);
      if (entry?.type === 'run') this.record ??= newRecord(entry);
      if (entry && this.record) applyEntry(this.record, entry);
    }
  }
}

/** What a run's journal says of it now; undefined if it is missing or does not begin with its run. */
export function readRun(directory: string): RunRecord | undefined {
  const follower = new RunFollower(directory);
  follower.refresh();
  return follower.record;
}

function newRecord({ uuid, name, experiment, parent, untracked, time }: EntryOf<'run'>): RunRecord {
  return {
    uuid,
    name,
    experiment,
    parent,
    ...(untracked && { isUntracked: true }),
    status: 'RUNNING',
    startedMs: time,
    lastMs: time,
    params: {},
    tags: {},
    epochs: new Map(),
    epochEndsMs: new Map(),
    metrics: {},
    datasets: [],
  };
}

function applyEntry(record: RunRecord, entry: JournalEntry): void {
  record.lastMs = Math.max(record.lastMs, entry.time);
  if (entry.type === 'resumed') record.status = 'RUNNING';
  else if (entry.type === 'ended') record.status = entry.status;
  else if (entry.type === 'params') Object.assign(record.params, entry.values);
  else if (entry.type === 'tags') Object.assign(record.tags, entry.values);
  else if (entry.type === 'dataset')
    record.datasets.push({ ...datasetPart(entry.name, entry.context, entry.profile), digest: entry.digest });
  else if (entry.type === 'model') Object.assign(record.metrics, numbers(entry.metrics));
  else if (entry.type === 'metrics') {
    const values = numbers(entry.values);
    Object.assign(record.metrics, values);
    if (!('val/accuracy' in values)) return;
    record.epochs.set(entry.step, values);
    record.epochEndsMs.set(entry.step, entry.time);
  }
}

function numbers(values: Record<string, MetricValue>): Record<string, number> {
  const read: Record<string, number> = {};
  for (const key in values) read[presentMetric(key)] = fromMetricValue(values[key]!);
  return read;
}
