import { join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { JOURNAL_FILE } from '../run/run-directory.ts';
import type { EndStatus, EntryOf, JournalEntry } from './entries.ts';
import { readLines } from './line-reader.ts';

/**
 * What a run's journal holds already, as far as a resumed run needs it: training goes on from a checkpoint and logs again
 * what came after it, and that must not be there twice.
 */
export class LoggedBefore {
  run: EntryOf<'run'> | undefined;
  /** Undefined while the run is not ended. */
  ended: EndStatus | undefined;
  lines = 0;
  lastTimeMs = 0;
  readonly params = new Map<string, string>();
  readonly tags = new Map<string, string>();
  readonly #lastSteps = new Map<string, number>();
  readonly #others = new Set<string>();

  static async read(directory: string): Promise<LoggedBefore> {
    const before = new LoggedBefore();
    for await (const line of readLines(join(directory, JOURNAL_FILE))) {
      before.lines++;
      const entry = parseEntry(line.text);
      if (entry) before.add(entry);
    }
    return before;
  }

  add(entry: JournalEntry): void {
    this.lastTimeMs = Math.max(this.lastTimeMs, entry.time);
    if (entry.type === 'metrics' || entry.type === 'model') {
      for (const key of Object.keys(entry.type === 'model' ? entry.metrics : entry.values)) {
        this.#lastSteps.set(key, Math.max(entry.step, this.#lastSteps.get(key) ?? -Infinity));
      }
    } else if (entry.type === 'params') addAll(this.params, entry.values);
    else if (entry.type === 'tags') addAll(this.tags, entry.values);
    else if (entry.type === 'dataset') this.#others.add(datasetMark(entry));
    else if (entry.type === 'artifact') this.#others.add(imageMark(entry.path) ?? '');
    else if (entry.type === 'run') this.run = entry;
    else if (entry.type === 'resumed') this.ended = undefined;
    else if (entry.type === 'ended') this.ended = entry.status;
  }

  /** True if the metric has a point at this step or a later one. */
  hasMetric(key: string, step: number): boolean {
    return step <= (this.#lastSteps.get(key) ?? -Infinity);
  }

  hasDataset(dataset: { name: string; digest: string }): boolean {
    return this.#others.has(datasetMark(dataset));
  }

  hasImage(fileName: string): boolean {
    return this.#others.has(imageMark(fileName) ?? '-');
  }
}

/**
 * The entry that a journal begins with.
 *
 * @throws GlyphlabError if it is missing or damaged
 */
export async function readBeginning(directory: string): Promise<EntryOf<'run'>> {
  for await (const { text } of readLines(join(directory, JOURNAL_FILE))) {
    const entry = parseEntry(text);
    if (entry?.type === 'run') return entry;
    break;
  }
  throw new GlyphlabError('TRACKING_DAMAGED_JOURNAL', 'The journal does not begin with its run.', { where: directory });
}

/** The entry of a line, undefined if the line is damaged. */
export function parseEntry(text: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(text) as JournalEntry;
    return typeof entry === 'object' && entry !== null && typeof entry.type === 'string' && Number.isFinite(entry.time)
      ? entry
      : undefined;
  } catch {
    return undefined;
  }
}

function addAll(map: Map<string, string>, values: Record<string, string>): void {
  for (const [key, value] of Object.entries(values)) map.set(key, value);
}

const datasetMark = ({ name, digest }: { name: string; digest: string }): string => `dataset ${digest} ${name}`;

/** Key and step of an image: the rest of its name differs each time. */
const imageMark = (path: string): string | undefined => /^images\/.*\+step\+-?\d+(?=\+timestamp\+)/.exec(path)?.[0];
