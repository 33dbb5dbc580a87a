import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { MEMBER_MODEL, MEMBER_TAG } from '@glyphlab/experiments';
import { readRun } from '@glyphlab/tracking';
import { runsDir } from './workspace.ts';

/**
 * The folder of the model that a member of a set left in this workspace, of its latest run that finished.
 *
 * @param name `member:` and the member's identity
 * @throws InputError MEMBER_NOT_TRAINED
 */
export function memberModel(name: string): string {
  const id = name.slice(MEMBER_MODEL.length);
  const directory = runsDir();
  const runs = (existsSync(directory) ? readdirSync(directory) : []).flatMap((run) => {
    const record = readRun(join(directory, run));
    const isDone = record?.status === 'FINISHED' && record.tags[MEMBER_TAG] === id;
    return isDone ? [{ model: join(directory, run, 'model'), endedMs: record.lastMs }] : [];
  });
  const latest = runs.sort((a, b) => a.endedMs - b.endedMs).at(-1);
  if (latest) return latest.model;
  throw new InputError('MEMBER_NOT_TRAINED', `No member ${id} of a set has finished in this workspace.`, {
    where: name,
    hint: 'Only npx glyphlab experiment knows which member of its file that is. It trains teachers before their students.',
  });
}
