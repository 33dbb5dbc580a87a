import { closeSync, openSync, readSync } from 'node:fs';
import type { EndStatus } from '@glyphlab/tracking';
import { datasetPart, type RunRecord } from './run-record.ts';

/** The lines of a journal that matter here. */
type Entry = { time: number } & (
  | { type: 'run'; uuid: string; name: string; parent?: string }
  | { type: 'resumed' }
  | { type: 'metrics'; step: number; values: Record<string, number | string> }
  | { type: 'params' | 'tags'; values: Record<string, string> }
  | { type: 'dataset'; name: string; context: string; profile?: string }
  | { type: 'model'; metrics: Record<string, number | string> }
  | { type: 'ended'; status: EndStatus }
);

/** Where what is read lies for a moment; one for all journals, since a set may have a thousand. */
let chunk = Buffer.allocUnsafe(64 * 1024);

/** Reads a run's journal, and later what was added: whole lines only, since its process may be writing. */
export class JournalFollower {
  readonly #path: string;
  #offset = 0;
  /** Undefined until the journal's first line is there. */
  record: RunRecord | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  refresh(): void {
    let file: number;
    try {
      file = openSync(this.#path, 'r');
    } catch {
      return;
    }
    try {
      for (let lines = this.#next(file); lines.length > 0; lines = this.#next(file))
        lines.forEach((line) => this.#add(line));
    } finally {
      closeSync(file);
    }
  }

  #next(file: number): string[] {
    for (;;) {
      const bytes = chunk.subarray(0, readSync(file, chunk, 0, chunk.length, this.#offset));
      const end = bytes.lastIndexOf('\n') + 1;
      if (end === 0 && bytes.length === chunk.length) {
        chunk = Buffer.allocUnsafe(2 * chunk.length);
        continue;
      }
      this.#offset += end;
      return end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
    }
  }

  #add(line: string): void {
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      // A line that a power failure cut: those after it are whole.
      return;
    }
    if (entry.type === 'run') this.record ??= newRecord(entry);
    if (this.record) applyEntry(this.record, entry);
  }
}

function newRecord({ uuid, name, parent, time }: Extract<Entry, { type: 'run' }>): RunRecord {
  return {
    uuid,
    name,
    parent,
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

function applyEntry(record: RunRecord, entry: Entry): void {
  record.lastMs = Math.max(record.lastMs, entry.time);
  if (entry.type === 'resumed') record.status = 'RUNNING';
  else if (entry.type === 'ended') record.status = entry.status;
  else if (entry.type === 'params') Object.assign(record.params, entry.values);
  else if (entry.type === 'tags') Object.assign(record.tags, entry.values);
  else if (entry.type === 'dataset') record.datasets.push(datasetPart(entry.name, entry.context, entry.profile));
  else if (entry.type === 'model') Object.assign(record.metrics, numbers(entry.metrics));
  else if (entry.type === 'metrics') {
    const values = numbers(entry.values);
    Object.assign(record.metrics, values);
    if (!('val/accuracy' in values)) return;
    record.epochs.set(entry.step, values);
    record.epochEndsMs.set(entry.step, entry.time);
  }
}

/** NaN and ±Infinity stand there as words. */
const numbers = (values: Record<string, number | string>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]));
