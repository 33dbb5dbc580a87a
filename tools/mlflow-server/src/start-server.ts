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
export async function startServer(_options: ServerOptions): Promise<MlflowServer> {
  throw new Error('not yet');
}
