import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import type { EntryOf } from '../journal/entries.ts';
import { parseEntry } from '../journal/logged-before.ts';
import { readLines } from '../journal/line-reader.ts';
import { ARTIFACTS_DIR, JOURNAL_FILE } from '../run/run-directory.ts';
import { type Attempt, uploadFile } from './attempt.ts';
import { readRefused } from './refused.ts';

/**
 * An empty answer to an upload is MLflow's, and that of much else: at its end, a run's artifacts are looked for, and those that are not
 * there in their size are sent again.
 *
 * @param ended the entry up to which the journal was sent
 * @throws GlyphlabError TRACKING_UPLOAD_LOST if the server takes them, and still does not have them
 */
export async function artifactsMustHaveArrived(ended: EntryOf<'ended'>, attempt: Attempt): Promise<void> {
  const expected = await deliveredArtifacts(ended, attempt);
  const root = `${attempt.cursor.state.artifactUri}`;
  const fileOf = (path: string): string => join(attempt.directory, ARTIFACTS_DIR, path);
  const lost = await missingOf(expected, root, attempt);
  if (lost.length === 0) return;
  for (const path of lost) await uploadFile(root, path, fileOf(path), attempt);
  const gone = await missingOf(new Map(lost.map((path) => [path, statSync(fileOf(path)).size])), root, attempt);
  if (gone.length > 0)
    throw new GlyphlabError('TRACKING_UPLOAD_LOST', 'The server took artifacts, but does not have them.', {
      where: `${root}: ${gone.slice(0, 5).join(', ')}${gone.length > 5 ? ` and ${gone.length - 5} more` : ''}`,
    });
}

/** Size in bytes of each artifact that was sent, was not refused, and is still in the run's directory. */
async function deliveredArtifacts(
  ended: EntryOf<'ended'>,
  { directory, server }: Attempt,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for await (const { text } of readLines(join(directory, JOURNAL_FILE))) {
    const entry = parseEntry(text);
    if (entry?.type === 'ended' && entry.time === ended.time) break;
    if (entry?.type !== 'artifact') continue;
    const file = statSync(join(directory, ARTIFACTS_DIR, entry.path), { throwIfNoEntry: false });
    if (file) sizes.set(entry.path, file.size);
  }
  for (const { what } of readRefused(directory, server.identity)) sizes.delete((what as { path?: string }).path ?? '');
  return sizes;
}

/** Lists each folder once. */
async function missingOf(
  expected: ReadonlyMap<string, number>,
  root: string,
  { server, signal }: Attempt,
): Promise<string[]> {
  if (expected.size === 0) return [];
  const artifacts = server.client.artifacts(root);
  const there = new Map<string, number>();
  for (const folder of new Set([...expected.keys()].map((path) => posix.dirname(path)))) {
    for (const { path, size } of await artifacts.list(folder === '.' ? '' : folder, { signal })) there.set(path, size);
  }
  return [...expected.keys()].filter((path) => there.get(path) !== expected.get(path));
}
