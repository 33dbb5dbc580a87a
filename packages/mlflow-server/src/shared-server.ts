import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { withFileLock } from '@glyphlab/core/file-lock';
import { type Lease, readState, takeLease } from './lease.ts';
import { HOST, spawnServer, sqliteUri, waitUntilReady } from './server-process.ts';

export interface SharedServerOptions {
  /** Taken for a new server if it is free, else another. */
  preferredPort?: number;
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

/** A place at the server of a workspace. A process that ends, even by SIGKILL, gives its place up. */
export interface SharedServer {
  url: string;
  port: number;
  pid: number;
  logFile: string;
  /** False if it was running already. */
  started: boolean;
  /** Gives the place up. The server ends after the last one; then this waits until it is gone. */
  leave(): Promise<void>;
}

/**
 * The private server of a workspace, with its database and artifacts in `<directory>/.mlflow/`. Processes of the same
 * workspace share one: the first starts it, others join, and it ends when the last place at it is given up.
 *
 * @throws GlyphlabError as `startServer`
 */
export async function sharedLocalServer(directory: string, options: SharedServerOptions = {}): Promise<SharedServer> {
  const home = join(resolve(directory), '.mlflow');
  await mkdir(home, { recursive: true });
  // Held until it answers: who comes meanwhile joins a server that works.
  return withFileLock(join(home, 'server'), { signal: options.signal }, async (signal) => {
    const settings = { ...options, signal };
    return (await joinRunning(home)) ?? (await start(home, settings));
  });
}

/** Where the workspace's own server answers; undefined if there is none now. Asks nobody: it may be about to end. */
export async function sharedServerPort(directory: string): Promise<number | undefined> {
  return (await readState(stateFile(join(resolve(directory), '.mlflow'))))?.port;
}

const stateFile = (home: string) => join(home, 'server.json');
const logFile = (home: string) => join(home, 'server.log');

async function joinRunning(home: string): Promise<SharedServer | undefined> {
  const state = await readState(stateFile(home));
  const lease = state && (await takeLease(state));
  return lease && shared(home, state, lease, false);
}

async function start(
  home: string,
  { preferredPort = 0, signal, env = process.env }: SharedServerOptions,
): Promise<SharedServer> {
  const settings = {
    backendStoreUri: sqliteUri(home),
    artifactsDir: join(home, 'artifacts'),
    port: preferredPort,
    fallback: true,
    workers: 1,
    lease: 'socket' as const,
    stateFile: stateFile(home),
  };
  const server = await spawnServer(settings, logFile(home), env);
  // Others may stay when this process goes: it keeps neither a pipe to the server nor waits for its end.
  server.child.stdin!.destroy();
  const { port, leasePort, token } = server.report;
  const lease = await takeLease({ leasePort: leasePort!, token: token! });
  await waitUntilReady(server, signal);
  if (!lease)
    throw new GlyphlabError('MLFLOW_SERVER_FAILED', 'The MLflow server ended at once.', { where: logFile(home) });
  return shared(home, { pid: server.pid, port }, lease, true);
}

const shared = (
  home: string,
  { pid, port }: { pid: number; port: number },
  lease: Lease,
  started: boolean,
): SharedServer => ({
  url: `http://${HOST}:${port}`,
  port,
  pid,
  logFile: logFile(home),
  started,
  leave: () => lease.giveUp(),
});
