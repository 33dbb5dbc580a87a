import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, GlyphlabError } from '@glyphlab/core';
import { MlflowClient } from '@glyphlab/mlflow-client';
import {
  type InstallOptions,
  installMlflow,
  sharedLocalServer,
  type SharedServer,
  sharedServerPort,
} from '@glyphlab/mlflow-server';
import { planServer, type ServerPlan } from './server-choice.ts';
import { pageAt, serverAt, type TrackingServer } from './tracking-server.ts';

/** Where MLflow's own command puts a server, and where `mlflow-server:ui` shows the private one. */
const USUAL_PORT = 5000;
const USUAL_URL = `http://127.0.0.1:${USUAL_PORT}`;
const OPEN_UI = 'npx nx run mlflow-server:ui';
const PROBE_MS = 2_000;
/**
 * The server that a plan means, started if it is the private one. A given server is not asked whether it is there: that the
 * drain finds out, again and again.
 *
 * @returns undefined if there is none and none can be started; `onMessage` has said why
 */
export async function findServer(
  { server, workspaceDir }: { server: ServerPlan; workspaceDir: string },
  onMessage: (text: string) => void,
  { signal, env = process.env }: { signal?: AbortSignal | undefined; env?: NodeJS.ProcessEnv } = {},
): Promise<TrackingServer | undefined> {
  if (server.kind === 'none') return undefined;
  if (server.kind === 'url') return serverAt(server.url);
  try {
    return (await usualServer(workspaceDir)) ?? (await startPrivateServer(workspaceDir, { onMessage, env, signal }));
  } catch (error) {
    if (!signal?.aborted) {
      onMessage(
        `No MLflow server could be started, so the run is kept in its journal. Send it later with: npx nx run trainer:sync\n${describeError(error)}`,
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

/**
 * The server that the runs of a workspace go to, for a command that asks it something. One that was never there is not made.
 *
 * @throws GlyphlabError TRACKING_NO_SERVER, or what the private server did not start for
 */
export async function connectServer(
  workspaceDir: string,
  onMessage: (text: string) => void,
  { signal, env = process.env }: { signal?: AbortSignal | undefined; env?: NodeJS.ProcessEnv } = {},
): Promise<TrackingServer> {
  const plan = planServer('auto', env);
  if (plan.kind === 'url') return serverAt(plan.url, { maxRetries: 2 });
  const usual = await usualServer(workspaceDir);
  if (usual) return usual;
  if (existsSync(join(workspaceDir, '.mlflow', 'mlflow.db'))) {
    if ((await sharedServerPort(workspaceDir)) === undefined)
      onMessage('Starting the MLflow server of this workspace …');
    return startPrivateServer(workspaceDir, { onMessage, env, signal });
  }
  throw new GlyphlabError(
    'TRACKING_NO_SERVER',
    `There is no MLflow server: none at ${USUAL_URL}, none of this workspace.`,
    {
      where: workspaceDir,
      hint: 'Set MLFLOW_TRACKING_URI to the address of one.',
    },
  );
}

/** The workspace's own server. If it was started for this run it ends with it, and its page is where `ui` will show it. */
function privateServer(local: SharedServer, workspaceDir: string): TrackingServer {
  const server = serverAt(local.url);
  const page = local.started ? { pageOf: pageAt(USUAL_URL), openWith: OPEN_UI } : {};
  const stop = async (): Promise<void> => {
    await server.stop();
    await local.leave();
  };
  return { ...server, ...page, identity: `local ${join(workspaceDir, '.mlflow')}`, stop };
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
