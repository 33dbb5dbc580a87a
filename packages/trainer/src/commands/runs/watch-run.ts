import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { duration, percent } from '@glyphlab/core';
import { END_SIGNALS, ExitCode } from '@glyphlab/core/command-line';
import { epochsDone, ERROR_TAG, lockHolder, RunFollower, type RunRecord, systemFile } from '@glyphlab/tracking';
import { bestEpochOf } from '@glyphlab/tracking/reader';
import { formatBytes } from './disk-use.ts';
import { plot } from './plot.ts';
import { stateOf, titleOf, withReader } from './select-runs.ts';

const EVERY_MS = 500;

/**
 * Shows a run until it ends, or until Ctrl-C: on a terminal rewritten, elsewhere a line an epoch.
 *
 * @param name of the run; without it, the one that runs now, else the latest
 * @returns 0 if it finished, 1 if it failed or was killed, 130 if the person left
 */
export async function watchRun(name: string | undefined): Promise<ExitCode> {
  const directory = await withReader(name === undefined, async (reader) => {
    const runs = name === undefined ? await reader.list() : [];
    const running = runs.find((run) => run.status === 'RUNNING' && run.directory && lockHolder(run.directory));
    const run = running ?? (await reader.find(name ?? 'latest'));
    if (run.directory === undefined) process.stderr.write('The run is not on this machine; this is its last state.\n');
    return run.directory;
  });
  if (directory === undefined) return ExitCode.failed;
  const left = new AbortController();
  for (const signal of END_SIGNALS) process.once(signal, () => left.abort());
  const follower = new RunFollower(directory);
  const { createLogUpdate } = await import('log-update');
  const log = process.stdout.isTTY ? createLogUpdate(process.stdout) : undefined;
  let told = 0;
  for (;;) {
    follower.refresh();
    const record = follower.record!;
    const holder = lockHolder(directory);
    const isOver = record.status !== 'RUNNING' || holder === undefined;
    if (log) log(screen(record, directory, holder, process.stdout.columns || 80).join('\n'));
    else told = tellEpochs(record, told);
    if (isOver || left.signal.aborted) {
      log?.done();
      if (!log)
        process.stdout.write(`${titleOf(record)}: ${stateOf({ ...record, directory }, holder !== undefined)}\n`);
      if (!isOver) return ExitCode.interrupted;
      return record.status === 'FINISHED' ? ExitCode.done : ExitCode.failed;
    }
    await sleep(EVERY_MS, undefined, { signal: left.signal }).catch(() => undefined);
  }
}

function tellEpochs(record: RunRecord, told: number): number {
  for (const [epoch, metrics] of record.epochs) {
    if (epoch <= told) continue;
    process.stdout.write(
      `epoch ${epoch} of ${plannedEpochs(record)}  val/loss ${metrics['val/loss']?.toFixed(4)}  val/accuracy ${percent(metrics['val/accuracy'] ?? NaN)}\n`,
    );
    told = epoch;
  }
  return told;
}

const plannedEpochs = ({ params }: RunRecord): number => Number(params['training.epochs'] ?? NaN);

/** Lines of the live view. */
function screen(
  record: RunRecord,
  directory: string,
  holder: ReturnType<typeof lockHolder>,
  columns: number,
): string[] {
  const done = epochsDone(record);
  const planned = plannedEpochs(record);
  const values = (key: string): number[] =>
    Array.from({ length: done }, (_, k) => record.epochs.get(k + 1)?.[key] ?? NaN);
  const best = bestEpochOf(record);
  const seconds = values('epoch_seconds').filter(Number.isFinite);
  const mean = seconds.reduce((a, b) => a + b, 0) / seconds.length;
  const isRunning = record.status === 'RUNNING' && holder !== undefined;
  const sinceEpoch = (Date.now() - (record.epochEndsMs.get(done) ?? record.startedMs)) / 1000;
  const left = isRunning && seconds.length > 0 ? Math.max(0, mean * (planned - done) - sinceEpoch) : undefined;
  const state = stateOf({ ...record, directory }, holder !== undefined);
  const rate = record.epochs.get(done)?.['images_per_second'];
  const at = record.epochs.get(best);
  const width = Math.min(100, columns) - 1;
  return [
    titleOf(record),
    [
      state,
      `epoch ${done} of ${planned}`,
      left === undefined ? undefined : `${duration(left)} left`,
      rate === undefined ? undefined : `${Math.round(rate).toLocaleString('en')} images/s`,
      ...memory(directory, holder),
    ]
      .filter((part) => part !== undefined)
      .join('  ')
      .slice(0, width),
    at
      ? `best epoch ${best}: validation ${percent(at['val/accuracy'] ?? NaN)}, loss ${(at['val/loss'] ?? NaN).toFixed(4)}`
      : '',
    ...(record.tags[ERROR_TAG] === undefined ? [] : [record.tags[ERROR_TAG].split('\n').join(' ').slice(0, width)]),
    '',
    ...plot(
      'Loss',
      [
        { name: 'train', sign: '·', values: values('train/loss') },
        { name: 'validation', sign: '●', values: values('val/loss') },
      ],
      { width },
    ),
    '',
    ...plot(
      'Accuracy',
      [
        { name: 'train', sign: '·', values: values('train/accuracy') },
        { name: 'validation', sign: '●', values: values('val/accuracy') },
      ],
      { width },
    ),
  ];
}

/** Of the process, where it is on this machine, and of the machine as it was last measured. */
function memory(directory: string, holder: ReturnType<typeof lockHolder>): string[] {
  const parts: string[] = [];
  if (holder && holder.host === hostname()) {
    try {
      const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${holder.pid}/status`, 'utf8'))?.[1];
      if (kilobytes !== undefined) parts.push(`memory ${formatBytes(Number(kilobytes) * 1024)}`);
    } catch {
      // Only Linux tells.
    }
  }
  try {
    const last = readFileSync(systemFile(directory), 'utf8').trimEnd().split('\n').at(-1)!;
    const { values } = JSON.parse(last) as { values: Record<string, number> };
    const share = values['system/system_memory_usage_percentage'];
    const load = values['system/cpu_utilization_percentage'];
    if (share !== undefined) parts.push(`machine ${Math.round(share)} % of memory`);
    if (load !== undefined) parts.push(`${Math.round(load)} % of processors`);
  } catch {
    // Runs that stay on this machine measure nothing.
  }
  return parts;
}
