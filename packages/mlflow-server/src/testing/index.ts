import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { progressPrinter } from '@glyphlab/core';
import { inject } from 'vitest';
import { installMlflow } from '../install.ts';
import { type MlflowServer, type ServerOptions, startServer } from '../start-server.ts';

export type TestServerOptions = Omit<ServerOptions, 'directory'>;

declare module 'vitest' {
  interface ProvidedContext {
    mlflowUrl: string;
  }
}

/** Starts a server in a directory of its own, installing MLflow first if need be; `stop` removes the directory, too. */
export async function startTestServer(options: TestServerOptions = {}): Promise<MlflowServer> {
  await installMlflow({ ...progressPrinter(), ...(options.env && { env: options.env }) });
  const directory = await mkdtemp(join(tmpdir(), 'glyphlab-mlflow-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const server = await startServer({ ...options, directory });
    const stop = async () => {
      await server.stop();
      await remove();
    };
    return { ...server, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The server that the globalSetup `@glyphlab/mlflow-server/testing/global-setup` keeps for all tests of a package. */
export const testServerUrl = (): string => inject('mlflowUrl');
