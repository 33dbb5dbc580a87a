import { duration, textTable } from '@glyphlab/core';
import { ERROR_TAG, KEEP_TAG, lockHolder, NOTE_TAG, type RunRecord } from '@glyphlab/tracking';
import { type FoundRun, localTime, overviewOf } from '@glyphlab/tracking/reader';
import { formatBytes, sizesOf } from './disk-use.ts';
import { formatValue } from './list-runs.ts';
import { stateOf, titleOf, withReader } from './select-runs.ts';

export interface ShowOptions {
  json?: boolean;
  offline?: boolean;
}

/** @returns all that is known of a run, as text to print */
export async function showRun(name: string, { json, offline }: ShowOptions): Promise<string> {
  return withReader(offline, async (reader) => {
    const run = await reader.find(name);
    const record = await reader.record(run);
    return json ? `${JSON.stringify(toJson(run, record), null, 2)}\n` : describe(run, record);
  });
}

function toJson(run: FoundRun, record: RunRecord): object {
  const { epochs, epochEndsMs, ...rest } = record;
  return {
    ...rest,
    directory: run.directory ?? null,
    mlflow: run.mlflow ?? null,
    bestEpoch: run.bestEpoch,
    epochs: [...epochs].map(([epoch, metrics]) => ({ epoch, endedMs: epochEndsMs.get(epoch), ...metrics })),
  };
}

function describe(run: FoundRun, record: RunRecord): string {
  const overview = overviewOf(record);
  const isAlive = run.directory !== undefined && lockHolder(run.directory) !== undefined;
  const { tags } = record;
  const sizes = run.directory === undefined ? undefined : sizesOf(run.directory);
  const facts: [string, string | undefined][] = [
    ['id', record.uuid],
    ['state', stateOf(run, isAlive) + (overview.isUntracked ? ', untracked: sent only if you name it' : '')],
    ['problem', tags[ERROR_TAG]],
    ['experiment', record.experiment],
    ['note', tags[NOTE_TAG]],
    ['kept', tags[KEEP_TAG] === 'true' ? 'yes: rm and prune leave it alone' : undefined],
    ['started', localTime(record.startedMs)],
    ['trained', trained(overview.epochs, overview.seconds, overview.bestEpoch)],
    ['machine', [tags['glyphlab.cpu'], tags['glyphlab.backend']].filter(Boolean).join(', ') || undefined],
    ['commit', commitOf(tags)],
    ['folder', run.directory],
    ['on disk', sizes && formatBytes(sizes.total)],
    ['MLflow', run.mlflow?.url],
  ];
  const part = (title: string, rows: string[][]): string[] =>
    rows.length === 0 ? [] : ['', title, ...textTable(rows.map(([key, ...rest]) => [`  ${key}`, ...rest]))];
  const lines = [
    titleOf(record),
    ...textTable(
      facts.flatMap(([key, value]) => (value === undefined ? [] : [[`  ${key}`, value.replaceAll('\n', ' ')]])),
    ),
    ...part(
      'Metrics, of the best epoch where they are measured every epoch',
      Object.entries(overview.metrics)
        .filter(([key]) => !key.startsWith('system/'))
        .map(([key, value]) => [key, formatValue(key, value)]),
    ),
    ...part('Configuration', Object.entries(record.params)),
    ...part(
      'Data',
      record.datasets.map(({ name, context, numImages, digest }) => [
        context,
        name,
        numImages === undefined ? '' : `${numImages.toLocaleString('en')} images`,
        digest ?? '',
      ]),
    ),
    ...part(
      'Tags',
      Object.entries(overview.tags).filter(([key]) => !key.startsWith('mlflow.source') && key !== NOTE_TAG),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function trained(epochs: number, seconds: number, bestEpoch: number): string {
  const time = Number.isFinite(seconds) ? ` in ${duration(seconds)}` : '';
  return `${epochs} epoch(s)${time}${bestEpoch > 0 ? `, best: ${bestEpoch}` : ''}`;
}

function commitOf(tags: Readonly<Record<string, string>>): string | undefined {
  const commit = tags['mlflow.source.git.commit'];
  if (commit === undefined) return undefined;
  const branch = tags['mlflow.source.git.branch'];
  const dirty = tags['glyphlab.git.dirty'] === 'true' ? ', with changes that are not committed' : '';
  return `${commit.slice(0, 12)}${branch === undefined ? '' : ` on ${branch}`}${dirty}`;
}
