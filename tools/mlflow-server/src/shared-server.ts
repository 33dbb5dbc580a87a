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
export async function sharedLocalServer(_directory: string, _options: SharedServerOptions = {}): Promise<SharedServer> {
  throw new Error('not yet');
}
