import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { InputError, type OnMessage, withoutUserInfo } from '@glyphlab/core';
import { checkExperimentName } from '@glyphlab/mlflow-client/limits';
import { JournalRun } from './journal-run.ts';
import { checkParams, checkTags } from '../journal/checks.ts';
import { Journal } from '../journal/journal.ts';
import { LoggedBefore } from '../journal/logged-before.ts';
import { PATCH_FILE, runSource, SOURCE_FILE } from '../records/run-source.ts';
import { sourceTags } from '../records/source-tags.ts';
import { findRunDirectory, journalFile } from './run-directory.ts';
import { RunLock } from './run-lock.ts';
import type { ParamValue, TrackedRun } from './tracked-run.ts';
import { planServer, type ServerChoice } from '../server/server-choice.ts';
import { DrainThread } from '../worker/drain-thread.ts';

const SAMPLE_EVERY_MS = 10_000;

export interface OpenRunOptions {
  /** Holds one directory a run, as `.glyphlab/runs`. */
  runsDir: string;
  /** For git, and for the private server's `.mlflow`. */
  workspaceDir: string;
  experiment: string;
  runName: string;
  params?: Readonly<Record<string, ParamValue>>;
  tags?: Readonly<Record<string, string>>;
  /** Markdown, shown at the top of the run's page. */
  description?: string;
  /** The run that this one is a part of: its UUID, or the id that MLflow gave it. */
  parentRunId?: string;
  /** `auto` unless given. */
  server?: ServerChoice;
  /** Goes on with this run: its directory, UUID or MLflow id. Experiment and name stay what they were. */
  resume?: string;
  /** Whether the run to go on with may be a finished one, as that of a set to which members were added. */
  mayBeFinished?: boolean;
  /** Measure processor, memory, disk, network and graphics cards; true unless the server is `none`. */
  systemMetrics?: boolean | { everyMs: number };
  /** Lines for the person who started the run. */
  onMessage?: OnMessage;
}

/**
 * Opens a run and its journal. Asks no server: a worker thread looks for one and sends what is logged while training goes on.
 *
 * @throws InputError if the server's address is malformed, or the run to resume is missing or in use
 */
export async function openRun(options: OpenRunOptions): Promise<TrackedRun> {
  const { runsDir, workspaceDir, onMessage = () => undefined, resume } = options;
  const server = planServer(options.server ?? 'auto');
  if (resume === undefined) checkExperimentName(options.experiment);
  checkParams(options.params ?? {});
  checkTags(options.tags ?? {});
  // With hyphens, so that it is never taken for an MLflow run id.
  const directory = resume === undefined ? join(runsDir, randomUUID()) : findRunDirectory(runsDir, resume);
  if (resume === undefined) makeDirectory(directory);
  const lock = takeLock(directory);
  const before = resume === undefined ? undefined : await readBefore(directory, lock, options.mayBeFinished);
  const uuid = before?.run?.uuid ?? basename(directory);
  const journal = new Journal(directory, before?.lines ?? 0, onMessage);
  if (before) journal.append({ type: 'resumed' });
  else {
    const { experiment, runName: name, parentRunId: parent } = options;
    const plannedServer = server.kind === 'url' ? new URL(withoutUserInfo(server.url)).href : null;
    journal.append({
      type: 'run',
      uuid,
      experiment,
      name,
      server: plannedServer,
      ...(parent !== undefined && { parent }),
      ...(server.kind === 'none' && { untracked: true }),
    });
  }
  const sampleEveryMs = sampling(options.systemMetrics ?? server.kind !== 'none');
  const setup = { directory, workspaceDir, server, lockPath: lock.path, sampleEveryMs };
  const drain = server.kind === 'none' && sampleEveryMs === undefined ? undefined : new DrainThread(setup, onMessage);
  const run = new JournalRun({
    uuid,
    directory,
    journal,
    lock,
    before,
    isTracked: server.kind !== 'none',
    drain,
    onMessage,
  });
  logBeginning(run, options);
  return run;
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw new InputError('TRACKING_NO_DIRECTORY', `The run's directory cannot be made: ${(cause as Error).message}`, {
      where: directory,
      cause,
    });
  }
}

function takeLock(directory: string): RunLock {
  const taken = RunLock.take(directory, 'training');
  if ('lock' in taken) return taken.lock;
  const { role, pid, host } = taken.holder;
  throw new InputError(
    'RUN_IN_USE',
    `The run is in use: a process is ${role === 'sync' ? 'sending' : 'training'} it (pid ${pid} on ${host}).`,
    {
      where: directory,
      hint: 'Wait until it is done, or stop it.',
    },
  );
}

/** @throws InputError if the journal has lost its beginning, or the run is finished: nothing can go on from it */
async function readBefore(directory: string, lock: RunLock, mayBeFinished = false): Promise<LoggedBefore> {
  const before = await LoggedBefore.read(directory);
  if (before.run && (mayBeFinished || before.ended !== 'FINISHED')) return before;
  lock.release();
  if (before.run)
    throw new InputError('RUN_FINISHED', 'The run is finished: there is nothing left to resume.', {
      where: directory,
      hint: `To train it longer, start a new run from it: --config FILE --set model.from=${directory}`,
    });
  throw new InputError('RUN_DAMAGED', 'The journal does not begin with its run: it was emptied or overwritten.', {
    where: journalFile(directory),
    hint: 'Start a new run.',
  });
}

function logBeginning(run: JournalRun, { description, params, tags, workspaceDir, resume }: OpenRunOptions): void {
  if (params) run.logParams(params);
  const own = { ...tags, ...(description !== undefined && { 'mlflow.note.content': description }) };
  run.setTags(own);
  // What the caller says counts more than what is found out.
  run.addLater(sourceTags(workspaceDir).then((found) => ({ tags: { ...found, ...own } })));
  // A run that goes on keeps what it began with.
  if (resume !== undefined) return;
  run.addLater(
    runSource(workspaceDir).then(({ source, patch }) => ({
      files: { [SOURCE_FILE]: JSON.stringify(source, null, 2), ...(patch !== undefined && { [PATCH_FILE]: patch }) },
    })),
  );
}

function sampling(choice: boolean | { everyMs: number }): number | undefined {
  if (choice === false) return undefined;
  return choice === true ? SAMPLE_EVERY_MS : choice.everyMs;
}
