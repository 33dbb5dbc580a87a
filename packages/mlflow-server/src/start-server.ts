import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { endGroup, hasEnded, HOST, spawnServer, sqliteUri, waitUntilReady } from './server-process.ts';

export interface ServerOptions {
  /** Holds the database, the artifacts and the log, unless the options below say otherwise. Made if missing. */
  directory: string;
  /** As `sqlite:////abs/mlflow.db` (default: `mlflow.db` in `directory`). */
  backendStoreUri?: string;
  /** Default: `artifacts` in `directory`. */
  artifactsDir?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Processes that answer requests (default 1, which answers a single client fastest). */
  workers?: number;
  /** Ends the start; later it is without effect. */
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

/** A server that answers. It ends with this process at the latest, however this process ends. */
export interface MlflowServer {
  /** As `http://127.0.0.1:41234`. */
  url: string;
  port: number;
  pid: number;
  /** Its log. */
  logFile: string;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
  /** Ends the whole process group at once, with SIGKILL. */
  kill(): void;
}

/**
 * Starts an MLflow server of our own and waits until it answers.
 *
 * @throws GlyphlabError MLFLOW_NOT_INSTALLED, MLFLOW_PORT_TAKEN, MLFLOW_SERVER_FAILED (with the end of its log)
 */
export async function startServer(options: ServerOptions): Promise<MlflowServer> {
  const { port = 0, workers = 1, signal, env = process.env } = options;
  const directory = resolve(options.directory);
  const settings = {
    backendStoreUri: options.backendStoreUri ?? sqliteUri(directory),
    artifactsDir: resolve(options.artifactsDir ?? join(directory, 'artifacts')),
    port,
    fallback: false,
    workers,
    lease: 'stdin' as const,
  };
  signal?.throwIfAborted();
  const server = await spawnServer(settings, join(directory, 'server.log'), env);
  await waitUntilReady(server, signal);

  const { child, pid, report, logFile } = server;
  const stop = async () => {
    if (hasEnded(child)) return;
    const exit = once(child, 'exit');
    child.ref();
    child.stdin!.end();
    await exit;
    // Workers end with their supervisor; this is for one that does not.
    endGroup(child, 'SIGKILL');
  };
  return {
    url: `http://${HOST}:${report.port}`,
    port: report.port,
    pid,
    logFile,
    stop,
    kill: () => endGroup(child, 'SIGKILL'),
  };
}
