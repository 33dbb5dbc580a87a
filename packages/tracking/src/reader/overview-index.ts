import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeWholeSync } from '@glyphlab/core/whole-file';
import { readRun } from '../journal/run-follower.ts';
import { journalFile } from '../run/run-directory.ts';
import { overviewOf, type RunOverview } from './run-overview.ts';

/**
 * What was read of journals before, so that a list of ten thousand runs reads only those that have grown. Keys, params and tags stand
 * in it once, however many runs have them. It can be deleted at any time.
 */
interface IndexFile {
  version: 1;
  /** Keys and values, `key\0value` of params and tags. */
  texts: string[];
  runs: IndexedRun[];
}

/** A run as a row, which is half as long as an object. */
type IndexedRun = [
  folder: string,
  bytes: number,
  changedMs: number,
  /** What is the run's own. */
  head: [
    uuid: string,
    name: string,
    experiment: number,
    parent: string | null,
    status: RunOverview['status'],
    startedMs: number,
    lastMs: number,
    isUntracked: 0 | 1,
    epochs: number,
    bestEpoch: number,
    seconds: number | null,
  ],
  params: number[],
  tags: number[],
  /** Key and value in turn; JSON has no NaN, so a value may be a text. */
  metrics: (number | string)[],
];

/** Beside the folder of runs, which holds nothing but runs. */
const indexFile = (runsDir: string): string => `${runsDir}-index.json`;

/** Overviews of the runs in a folder, in no order. A journal that does not begin with its run is left out. */
export function readOverviews(runsDir: string): { directory: string; overview: RunOverview }[] {
  let folders: string[];
  try {
    folders = readdirSync(runsDir);
  } catch {
    return [];
  }
  const texts = new Texts();
  const known = new Map(load(runsDir, texts).map((row) => [row[0], row]));
  const rows: IndexedRun[] = [];
  let isChanged = false;
  for (const folder of folders) {
    const stats = statSync(journalFile(join(runsDir, folder)), { throwIfNoEntry: false });
    if (!stats) continue;
    let row = known.get(folder);
    if (!row || row[1] !== stats.size || row[2] !== stats.mtimeMs) {
      const record = readRun(join(runsDir, folder));
      if (!record) continue;
      row = toRow(folder, stats.size, stats.mtimeMs, overviewOf(record), texts);
      isChanged = true;
    }
    rows.push(row);
  }
  // A run that goes on is read again the next time anyway.
  if (isChanged || rows.length !== known.size) keep(runsDir, { version: 1, texts: texts.all, runs: rows });
  return rows.map((row) => ({ directory: join(runsDir, row[0]), overview: fromRow(row, texts) }));
}

/** Texts by their numbers. */
class Texts {
  all: string[] = [];
  /** Made when the first is added: mostly none is. */
  #numbers: Map<string, number> | undefined;
  /** Numbers of pairs, by key and value: to join the two of each param of each run costs more than to look up both. */
  readonly #pairs = new Map<string, Map<string, number>>();

  add(text: string): number {
    this.#numbers ??= new Map(this.all.map((known, number) => [known, number]));
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, (number = this.all.push(text) - 1));
    return number;
  }

  addPair(key: string, value: string): number {
    let numbers = this.#pairs.get(key);
    if (!numbers) this.#pairs.set(key, (numbers = new Map()));
    let number = numbers.get(value);
    if (number === undefined) numbers.set(value, (number = this.add(`${key}\0${value}`)));
    return number;
  }
}

function load(runsDir: string, texts: Texts): IndexedRun[] {
  try {
    const index = JSON.parse(readFileSync(indexFile(runsDir), 'utf8')) as IndexFile;
    if (index.version !== 1) return [];
    texts.all = index.texts;
    return index.runs;
  } catch {
    return [];
  }
}

function keep(runsDir: string, index: IndexFile): void {
  try {
    placeWholeSync(indexFile(runsDir), (draft) => writeFileSync(draft, JSON.stringify(index)));
  } catch {
    // A full or read-only disk costs time, not the list.
  }
}

function toRow(folder: string, bytes: number, changedMs: number, run: RunOverview, texts: Texts): IndexedRun {
  const pairs = (values: Readonly<Record<string, string>>): number[] =>
    Object.entries(values).map(([key, value]) => texts.addPair(key, value));
  return [
    folder,
    bytes,
    changedMs,
    [
      run.uuid,
      run.name,
      texts.add(run.experiment),
      run.parent ?? null,
      run.status,
      run.startedMs,
      run.lastMs,
      run.isUntracked ? 1 : 0,
      run.epochs,
      run.bestEpoch,
      Number.isFinite(run.seconds) ? run.seconds : null,
    ],
    pairs(run.params),
    pairs(run.tags),
    Object.entries(run.metrics).flatMap(([key, value]) => [
      texts.add(key),
      Number.isFinite(value) ? value : String(value),
    ]),
  ];
}

/** Params, tags and metrics are put together only when someone asks for them: most lists ask for few. */
function fromRow([, , , head, params, tags, metrics]: IndexedRun, { all }: Texts): RunOverview {
  const [uuid, name, experiment, parent, status, startedMs, lastMs, isUntracked, epochs, bestEpoch, seconds] = head;
  const pairs = (numbers: readonly number[]): Record<string, string> => {
    const values: Record<string, string> = {};
    for (const number of numbers) {
      const text = all[number]!;
      const end = text.indexOf('\0');
      values[text.slice(0, end)] = text.slice(end + 1);
    }
    return values;
  };
  return {
    uuid,
    name,
    experiment: all[experiment]!,
    parent: parent ?? undefined,
    status,
    startedMs,
    lastMs,
    isUntracked: isUntracked === 1,
    epochs,
    bestEpoch,
    seconds: seconds ?? NaN,
    get params() {
      return pairs(params);
    },
    get tags() {
      return pairs(tags);
    },
    get metrics() {
      const values: Record<string, number> = {};
      for (let k = 0; k < metrics.length; k += 2) values[all[metrics[k] as number]!] = Number(metrics[k + 1]);
      return values;
    },
  };
}
