import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, GlyphlabError, type OnMessage } from '@glyphlab/core';
import { MlflowClient } from '@glyphlab/mlflow-client';
import {
  type InstallOptions,
  installMlflow,
  OPEN_UI,
  sharedLocalServer,
  type SharedServer,
  sharedServerPort,
} from '@glyphlab/mlflow-server';
import type { TrackedRun } from '../run/tracked-run.ts';
import { planServer, type ServerPlan } from './server-choice.ts';
import { pageAt, serverAt, type TrackingServer } from './tracking-server.ts';

/** Where MLflow's own command puts a server, and where `mlflow-server:ui` shows the private one. */
const USUAL_PORT = 5000;
const USUAL_URL = `http://127.0.0.1:${USUAL_PORT}`;
/** Begins the identity of a private server, which has no address for good. */
const PRIVATE = 'local ';
const PROBE_MS = 2_000;
/** How long a private server takes that is started, and at the very first time installed. */
export const PATIENCE_FOR_START_MS = 180_000;
const PATIENCE_WITH_ERROR_MS = 15_000;
/**
 * The server that a plan means, started if it is the private one. A given server is not asked whether it is there: that the
 * drain finds out, again and again.
 *
 * @returns undefined if there is none and none can be started; `onMessage` has said why
 */
export async function findServer(
  { server, workspaceDir }: { server: ServerPlan; workspaceDir: string },
  onMessage: OnMessage,
  { signal, env = process.env }: { signal?: AbortSignal | undefined; env?: NodeJS.ProcessEnv } = {},
): Promise<TrackingServer | undefined> {
  if (server.kind === 'none') return undefined;
  if (server.kind === 'url') return serverAt(server.url);
  try {
    return (await usualServer(workspaceDir)) ?? (await startPrivateServer(workspaceDir, { onMessage, env, signal }));
  } catch (error) {
    if (!signal?.aborted) {
      onMessage(
        `No MLflow server could be started, so the run is kept in its journal.\n${describeError(error)}`,
        'RUNS_WAITING',
      );
    }
    return undefined;
  }
}

/** The server at 127.0.0.1:5000, if one answers that is not the workspace's own. */
async function usualServer(workspaceDir: string): Promise<TrackingServer | undefined> {
  // The workspace's own server may be shown there just now. It is joined, so that it stays when nobody looks any more.
  const isOwn = (await sharedServerPort(workspaceDir)) === USUAL_PORT;
  return !isOwn && (await answers(USUAL_URL)) ? serverAt(USUAL_URL) : undefined;
}

async function startPrivateServer(
  workspaceDir: string,
  { onMessage, env, signal }: Pick<InstallOptions, 'onMessage' | 'env'> & { signal: AbortSignal | undefined },
): Promise<TrackingServer> {
  const settings = { ...(env && { env }), ...(signal && { signal }) };
  await installMlflow({ ...(onMessage && { onMessage }), ...settings });
  return privateServer(await sharedLocalServer(workspaceDir, settings), workspaceDir);
}

interface ConnectOptions {
  signal?: AbortSignal | undefined;
  env?: NodeJS.ProcessEnv;
  /** A run that goes there. A server that has no address is waited for until it has this run: it may be starting with it. */
  run?: TrackedRun | undefined;
}

/**
 * The server that the runs of a workspace go to, for a command that asks it something. One that was never there is not made.
 *
 * @throws GlyphlabError TRACKING_NO_SERVER, or what the private server did not start for
 */
export async function connectServer(
  workspaceDir: string,
  onMessage: (text: string) => void,
  { signal, env = process.env, run }: ConnectOptions = {},
): Promise<TrackingServer> {
  const plan = planServer('auto', env);
  if (plan.kind === 'url') return serverAt(plan.url, { maxRetries: 2 });
  const noServer = (message: string): GlyphlabError =>
    new GlyphlabError('TRACKING_NO_SERVER', message, {
      where: workspaceDir,
      hint: 'Set MLFLOW_TRACKING_URI to the address of one.',
    });
  if (run && !(await hasArrived(run, signal))) throw noServer('No MLflow server has the run.');
  const usual = await usualServer(workspaceDir);
  if (usual) return usual;
  if (!existsSync(join(workspaceDir, '.mlflow', 'mlflow.db')))
    throw noServer(`There is no MLflow server: none at ${USUAL_URL}, none of this workspace.`);
  if ((await sharedServerPort(workspaceDir)) === undefined) onMessage('Starting the MLflow server of this workspace …');
  return startPrivateServer(workspaceDir, { onMessage, env, signal });
}

/** Waits until a server has the run; for less long where one is known to fail. */
async function hasArrived(run: TrackedRun, signal: AbortSignal | undefined): Promise<boolean> {
  const start = Date.now();
  for (;;) {
    const { url, lastError } = run.status();
    if (url !== undefined) return true;
    const patience = lastError === undefined ? PATIENCE_FOR_START_MS : PATIENCE_WITH_ERROR_MS;
    if (signal?.aborted || Date.now() - start > patience) return false;
    await sleep(100);
  }
}

/** The workspace's own server: its pages are where `ui` will show them. */
function privateServer(local: SharedServer, workspaceDir: string): TrackingServer {
  const server = serverAt(local.url);
  // Whoever started it, it ends with the last that needs it; only where `ui` shows it, it stays.
  const isShown = local.url === USUAL_URL;
  const page = isShown ? {} : { pageOf: pageAt(USUAL_URL), openWith: OPEN_UI };
  const stop = async (): Promise<void> => {
    await server.stop();
    await local.leave();
  };
  return {
    ...server,
    ...page,
    identity: `${PRIVATE}${join(workspaceDir, '.mlflow')}`,
    name: `the server of this workspace, \`${OPEN_UI}\``,
    stop,
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new MlflowClient({ trackingUri: url, timeoutMs: PROBE_MS, deadlineMs: PROBE_MS, maxRetries: 0 });
  try {
    await client.ping();
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

/** Page of a run by what a cursor notes, and the command that shows it if the server has no address for good. */
export function pageOfRun({
  server,
  experimentId,
  runId,
  url,
}: {
  server: string;
  experimentId?: string;
  runId?: string;
  url?: string;
}): { url?: string; openWith?: string } {
  if (experimentId === undefined || runId === undefined) return url === undefined ? {} : { url };
  return server.startsWith(PRIVATE)
    ? { url: pageAt(USUAL_URL)(experimentId, runId), openWith: OPEN_UI }
    : { url: pageAt(server)(experimentId, runId) };
}
