import type { MlflowServer, ServerOptions } from './start-server.ts';

export type TestServerOptions = Omit<ServerOptions, 'directory'>;

/** Starts a server in a directory of its own, installing MLflow first if need be; `stop` removes the directory, too. */
export async function startTestServer(_options: TestServerOptions = {}): Promise<MlflowServer> {
  throw new Error('not yet');
}

/** The server that the globalSetup `@glyphlab/mlflow-server/testing/global-setup` keeps for all tests of a package. */
export function testServerUrl(): string {
  throw new Error('not yet');
}
