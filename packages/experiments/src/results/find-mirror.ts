import { setTimeout as sleep } from 'node:timers/promises';
import { MlflowClient } from '@glyphlab/mlflow-client';
import { sharedLocalServer } from '@glyphlab/mlflow-server';
import type { TrackedRun } from '@glyphlab/tracking';

/** Where runs go that are given no address, if a server answers there. */
const USUAL_URL = 'http://127.0.0.1:5000';
const PROBE_MS = 2_000;
/** A private server is started, and at the very first time installed. */
const PATIENCE_MS = 180_000;
/** A server that is known to fail is not waited for as long. */
const PATIENCE_WITH_ERROR_MS = 15_000;

/** A server that can be read. */
export interface MirrorServer {
  client: MlflowClient;
  /** For a person. */
  name: string;
  leave(): Promise<void>;
}

/**
 * The server that runs of this workspace go to.
 *
 * @param parent a run that goes there, and is waited for; without it `MLFLOW_TRACKING_URI` alone says where the server is
 * @returns undefined if there is none
 * @throws InputError if the address is malformed; GlyphlabError if the workspace's own server does not start
 */
export async function findMirror(
  parent: TrackedRun | undefined,
  workspaceDir: string,
  signal: AbortSignal,
): Promise<MirrorServer | undefined> {
  const given = process.env['MLFLOW_TRACKING_URI'];
  if (given) return serverAt(given);
  if (!parent || !(await hasArrived(parent, signal))) return undefined;
  const usual = serverAt(USUAL_URL, { timeoutMs: PROBE_MS, maxRetries: 0 });
  if (await usual.client.ping().catch(() => undefined)) return usual;
  await usual.leave();
  const local = await sharedLocalServer(workspaceDir, { signal });
  const server = serverAt(local.url);
  const leave = async (): Promise<void> => {
    await server.leave();
    await local.leave();
  };
  return { ...server, name: 'the server of this workspace, `npx nx run mlflow-server:ui`', leave };
}

function serverAt(trackingUri: string, { timeoutMs = 30_000, maxRetries = 2 } = {}): MirrorServer {
  const client = new MlflowClient({ trackingUri, timeoutMs, maxRetries });
  return { client, name: client.url, leave: () => client.close() };
}

/** Waits until a server has the run. */
async function hasArrived(run: TrackedRun, signal: AbortSignal): Promise<boolean> {
  const start = Date.now();
  for (;;) {
    const { url, lastError } = run.status();
    if (url !== undefined) return true;
    const patience = lastError === undefined ? PATIENCE_MS : PATIENCE_WITH_ERROR_MS;
    if (signal.aborted || Date.now() - start > patience) return false;
    await sleep(100);
  }
}
