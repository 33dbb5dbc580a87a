import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@glyphlab/core';
import { writeWholeSync } from '@glyphlab/core/whole-file';
import { parseEntry } from '../journal/logged-before.ts';

const REFUSED_FILE = 'refused.jsonl';

/** What a server did not take, as a line beside the journal keeps it: an entry of the journal, a part of a batch, or a damaged line. */
export interface RefusedLine {
  time: number;
  /** Identity of the server. */
  server: string;
  what: unknown;
  error: string;
}

/** The same for a person: `artifacts/figures/a.png`, and the server's words. */
export interface RefusedThing {
  what: string;
  reason: string;
}

/** Keeps what the server will not take in a file beside the journal, so that the rest can go on. */
export function keepRefused(directory: string, server: string, what: unknown, error: unknown): void {
  const line: RefusedLine = { time: Date.now(), server, what, error: describeError(error) };
  appendFileSync(refusedFile(directory), toText(line));
}

/** What a server has refused of a run and does not have yet, each thing once. */
export function readRefused(directory: string, server: string): RefusedLine[] {
  const own = allLines(directory).filter((line) => line.server === server);
  return [...new Map(own.map((line) => [JSON.stringify(line.what), line])).values()];
}

/** Keeps these lines of a server in place of all that were there. */
export function replaceRefused(directory: string, server: string, lines: readonly RefusedLine[]): void {
  const others = allLines(directory).filter((line) => line.server !== server);
  writeWholeSync(refusedFile(directory), [...others, ...lines].map(toText).join(''));
}

export const refusedFile = (directory: string): string => join(directory, REFUSED_FILE);

export const toRefusedThing = ({ what, error }: RefusedLine): RefusedThing => ({ what: nameOf(what), reason: error });

function nameOf(what: unknown): string {
  if (typeof what === 'string') return 'a damaged line of the journal';
  const entry = parseEntry(JSON.stringify(what));
  if (entry?.type === 'artifact') return `the artifact ${entry.path}`;
  if (entry?.type === 'model') return `the model "${entry.name}"`;
  if (entry?.type === 'register') return `models:/${entry.name}${entry.alias === undefined ? '' : `@${entry.alias}`}`;
  if (entry?.type === 'dataset') return `the dataset ${entry.name}, ${entry.context}`;
  if (entry) return `an entry "${entry.type}"`;
  const {
    metrics = [],
    params = {},
    tags = {},
  } = what as {
    metrics?: { key: string; step: number }[];
    params?: object;
    tags?: object;
  };
  return [
    ...metrics.map(({ key, step }) => `the metric ${key} at step ${step}`),
    ...Object.keys(params).map((key) => `the parameter ${key}`),
    ...Object.keys(tags).map((key) => `the tag ${key}`),
  ].join(', ');
}

function allLines(directory: string): RefusedLine[] {
  try {
    return readFileSync(refusedFile(directory), 'utf8')
      .split('\n')
      .flatMap((text) => parseLine(text) ?? []);
  } catch {
    return [];
  }
}

function parseLine(text: string): RefusedLine | undefined {
  try {
    return JSON.parse(text) as RefusedLine;
  } catch {
    return undefined;
  }
}

/** JSON has no NaN and no Infinity. */
const toText = (line: RefusedLine): string =>
  `${JSON.stringify(line, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`;
