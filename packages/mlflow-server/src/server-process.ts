import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { GlyphlabError } from '@glyphlab/core';
import { placeWhole } from '@glyphlab/core/whole-file';
import { lastLines } from '@glyphlab/python';
import { emptyDatabase, installationDir, mlflowEnvironment, pythonFile, requireMlflow } from './installation.ts';

/** What `serve.py` is told. */
export interface ServeSettings {
  backendStoreUri: string;
  artifactsDir: string;
  port: number;
  /** Take any free port if that one is taken. */
  fallback: boolean;
  workers: number;
  lease: 'stdin' | 'socket';
  stateFile?: string;
}

/** What `serve.py` says as soon as its port is bound, seconds before it answers. */
interface ServeReport {
  port: number;
  leasePort?: number;
  token?: string;
}

export interface ServerProcess {
  child: ChildProcess;
  pid: number;
  report: ServeReport;
  env: NodeJS.ProcessEnv;
  logFile: string;
}

export const HOST = '127.0.0.1';

/**
 * Starts `serve.py` in a process group of its own, and comes back when its port is bound. Its log replaces an earlier one.
 *
 * @throws GlyphlabError MLFLOW_NOT_INSTALLED, MLFLOW_PORT_TAKEN, MLFLOW_SERVER_FAILED
 */
export async function spawnServer(
  settings: ServeSettings,
  logFile: string,
  env: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  const { python, venv } = requireMlflow(env);
  await mkdir(dirname(logFile), { recursive: true });
  await mkdir(settings.artifactsDir, { recursive: true });
  await provideDatabase(settings.backendStoreUri, venv);

  const log = await open(logFile, 'w');
  const child = spawn(python, [pythonFile('serve.py'), JSON.stringify(settings)], {
    detached: true,
    stdio: ['pipe', log.fd, log.fd, 'pipe'],
    env: {
      ...mlflowEnvironment(env),
      // Jobs and the count of users' servers: ten more processes, and a call to the outside.
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
    },
  });
  await log.close();
  const report = await readReport(child);
  if (!report) throw await explainEnd(child, logFile, settings.port, env);
  // Nobody who forgets a server is kept waiting by it: it ends with the process that holds its lease.
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return { child, pid: child.pid!, report, logFile, env };
}

async function readReport(child: ChildProcess): Promise<ServeReport | undefined> {
  // Without a listener a program that cannot be started would end this process.
  child.on('error', () => undefined);
  let text = '';
  for await (const chunk of (child.stdio[3] as Readable).setEncoding('utf8')) text += chunk as string;
  return text === '' ? undefined : (JSON.parse(text) as ServeReport);
}

/** A new sqlite store begins as a copy. */
async function provideDatabase(uri: string, venv: string): Promise<void> {
  const file = /^sqlite:\/\/\/(\/.+)$/.exec(uri)?.[1];
  if (file === undefined) return;
  const present = await stat(file).catch(() => undefined);
  if (present) return;
  await mkdir(dirname(file), { recursive: true });
  await placeWhole(file, (draft) => copyFile(emptyDatabase(venv), draft));
}

/** The address of a sqlite file in `directory`. */
export const sqliteUri = (directory: string): string => `sqlite:///${join(directory, 'mlflow.db')}`;

/**
 * Waits until the server answers. Its port is bound already, so one request waits for that, and nothing is asked again and again.
 *
 * @throws GlyphlabError MLFLOW_SERVER_FAILED if it ends instead
 */
export async function waitUntilReady(
  { child, report, logFile, env }: ServerProcess,
  signal?: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  const onEnd = () => ended.abort();
  child.once('exit', onEnd);
  if (hasEnded(child)) onEnd();
  try {
    const signals = [ended.signal, AbortSignal.timeout(startLimitMs), ...(signal ? [signal] : [])];
    const answer = await fetch(`http://${HOST}:${report.port}/health`, { signal: AbortSignal.any(signals) });
    await answer.text();
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  } catch {
    endGroup(child, 'SIGKILL');
    signal?.throwIfAborted();
    throw await explainEnd(child, logFile, report.port, env);
  } finally {
    child.off('exit', onEnd);
  }
}

/** No machine needs so long. */
const startLimitMs = 180_000;

export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Signals everything the server has started. */
export function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch {
    // It is gone.
  }
}

async function explainEnd(
  child: ChildProcess,
  logFile: string,
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<GlyphlabError> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  if (/Address already in use/i.test(log)) {
    return new GlyphlabError('MLFLOW_PORT_TAKEN', `Port ${port} is taken.`, {
      hint: 'Choose another, or 0 for any free one.',
    });
  }
  if (/ModuleNotFoundError/.test(log)) {
    return new GlyphlabError('MLFLOW_ENVIRONMENT_BROKEN', "MLflow's Python environment is incomplete.", {
      where: logFile,
      hint: `Perhaps Python was updated. Remove ${installationDir(env)} and run: npx @glyphlab/mlflow-server install`,
    });
  }
  const end = child.exitCode ?? child.signalCode;
  return new GlyphlabError(
    'MLFLOW_SERVER_FAILED',
    `The MLflow server did not start${end === null ? '' : ` (${end})`}.`,
    {
      where: logFile,
      hint: lastLines(log, 12) || 'Its log is empty.',
    },
  );
}
