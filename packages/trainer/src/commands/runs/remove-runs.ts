import { existsSync, rmSync } from 'node:fs';
import { GlyphlabError, InputError, textTable } from '@glyphlab/core';
import { KEEP_TAG, lockHolder } from '@glyphlab/tracking';
import type { FoundRun } from '@glyphlab/tracking/reader';
import { lookAtRun } from '@glyphlab/tracking/registry';
import { checkpointFile } from '../../project/workspace.ts';
import { formatBytes, sizesOf } from './disk-use.ts';
import { filterRuns, selectRuns, type Selection, titleOf, withReader } from './select-runs.ts';

export interface RemoveOptions extends Selection {
  force?: boolean;
  dryRun?: boolean;
}

/** A run with a folder on this disk. */
type LocalRun = FoundRun & { directory: string };

const isLocal = (run: FoundRun): run is LocalRun => run.directory !== undefined;

/**
 * Removes runs from this disk; MLflow keeps what it has.
 *
 * @returns what was removed, as text to print
 * @throws InputError, before anything is removed, if one is in use, kept, or not wholly in MLflow; `force` overrules the last two
 */
export async function removeRuns({ force, dryRun, ...selection }: RemoveOptions): Promise<string> {
  const runs = (await withReader(true, (reader) => selectRuns(reader, selection))).filter(isLocal);
  if (runs.length === 0) return 'No run matches.\n';
  const problems: string[] = [];
  for (const run of runs) {
    const reason = await whyNot(run, force ?? false);
    if (reason !== undefined) problems.push(`${titleOf(run)} ${reason}`);
  }
  if (problems.length > 0)
    throw new InputError('RUNS_NOT_REMOVED', problems.join('\n'), {
      hint: 'Nothing was removed. Leave them out; or, if they are kept or not in MLflow, use --force.',
    });
  const lines = runs.map((run) => {
    const { total } = sizesOf(run.directory);
    if (!dryRun) rmSync(run.directory, { recursive: true });
    return [dryRun ? 'would remove' : 'removed', titleOf(run), formatBytes(total)];
  });
  return `${textTable(lines, new Set([2])).join('\n')}\n`;
}

async function whyNot(run: LocalRun, force: boolean): Promise<string | undefined> {
  const holder = lockHolder(run.directory);
  if (holder) return `is in use by pid ${holder.pid} on ${holder.host}.`;
  if (force) return undefined;
  if (run.tags[KEEP_TAG] === 'true') return `is kept: npx glyphlab runs keep --no ${run.uuid.slice(0, 8)}.`;
  const { isSent, isUntracked } = await lookAtRun(run.directory);
  return isSent || isUntracked ? undefined : 'is not completely in MLflow: npx glyphlab sync.';
}

export interface PruneOptions {
  where?: string;
  /** Days. */
  olderThan?: number;
  /** Throw-away runs, too. */
  untracked?: boolean;
  /** What MLflow has whole, too. */
  sent?: boolean;
  dryRun?: boolean;
}

interface Prunable {
  run: LocalRun;
  what: 'checkpoint' | 'run';
  bytes: number;
  path: string;
}

/**
 * Frees disk: the checkpoints of finished runs, which nothing can go on from; if asked, throw-away runs and those that MLflow has
 * whole. Runs that are kept or in use are left alone.
 *
 * @returns what was freed, as text to print
 */
export async function pruneRuns(options: PruneOptions): Promise<string> {
  const all = await withReader(true, (reader) => reader.list());
  const old = Date.now() - (options.olderThan ?? 0) * 86_400_000;
  const runs = filterRuns(all, options.where).filter(isLocal).filter(({ lastMs }) => lastMs <= old); // prettier-ignore
  const found: Prunable[] = [];
  const sum = { total: 0, checkpoints: 0, models: 0, artifacts: 0, journals: 0 };
  for (const run of all.filter(isLocal)) {
    const sizes = sizesOf(run.directory);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += sizes[key];
    if (!runs.includes(run) || run.tags[KEEP_TAG] === 'true' || lockHolder(run.directory)) continue;
    if (await mayGo(run, options)) found.push({ run, what: 'run', bytes: sizes.total, path: run.directory });
    else if (run.status === 'FINISHED' && existsSync(checkpointFile(run.directory)))
      found.push({ run, what: 'checkpoint', bytes: sizes.checkpoints, path: checkpointFile(run.directory) });
  }
  let freed = 0;
  for (const { path, bytes, run } of found) {
    freed += bytes;
    if (options.dryRun) continue;
    try {
      rmSync(path, { recursive: true });
    } catch (cause) {
      throw new GlyphlabError('RUNS_NOT_REMOVED', `${titleOf(run)} cannot be removed: ${(cause as Error).message}`, {
        where: path,
        cause,
      });
    }
  }
  const verb = options.dryRun ? 'would free' : 'freed';
  const { total, ...kinds } = sum;
  return [
    ...textTable(
      found.map(({ run, what, bytes }) => [verb, titleOf(run), what, formatBytes(bytes)]),
      new Set([3]),
    ),
    `${options.dryRun ? 'Would free' : 'Freed'} ${formatBytes(freed)} of ${formatBytes(total)} in ${all.filter(isLocal).length} runs (${Object.entries(kinds).map(([kind, bytes]) => `${kind} ${formatBytes(bytes)}`).join(', ')}).`, // prettier-ignore
    '',
  ].join('\n');
}

async function mayGo(run: LocalRun, { untracked, sent }: PruneOptions): Promise<boolean> {
  if (!untracked && !sent) return false;
  const outlook = await lookAtRun(run.directory);
  if (outlook.isUntracked) return untracked === true && run.status !== 'RUNNING';
  return sent === true && outlook.isSent && outlook.refused.length === 0;
}
