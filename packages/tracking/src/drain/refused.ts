import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@glyphlab/core';
import type { DrainContext } from './attempt.ts';

const REFUSED_FILE = 'refused.jsonl';

/** Keeps what the server will never take in a file beside the journal, so that the rest can go on, and says so once a run. */
export function keepRefused({ directory, cursor, onMessage }: DrainContext, what: unknown, error: unknown): void {
  const path = join(directory, REFUSED_FILE);
  appendFileSync(
    path,
    `${JSON.stringify({ time: Date.now(), server: cursor.state.server, what, error: describeError(error) })}\n`,
  );
  cursor.state.refused++;
  if (cursor.state.refused === 1)
    onMessage(
      `The server refused something, the rest goes on: ${describeError(error)}\n  Refused lines are kept in ${path}.`,
    );
}
