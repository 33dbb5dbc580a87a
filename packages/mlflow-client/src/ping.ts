import { GlyphlabError } from '@glyphlab/core';
import type { CallOptions } from './api/caller.ts';
import { endpoints } from './api/endpoints.ts';
import { MlflowConnectionError, MlflowHttpError } from './errors.ts';
import type { Transport } from './http/transport.ts';

/** The oldest server whose API this client was made for. */
const MINIMUM = [3, 17] as const;

export interface ServerInfo {
  /** As `3.17.2`; undefined if the server, or what stands before it, does not say. */
  version: string | undefined;
}

/**
 * Asks for something that needs MLflow and the right to read: `/health` and `/version` answer anybody, and much else than MLflow has
 * pages of such names.
 */
export async function ping(transport: Transport, options?: CallOptions): Promise<ServerInfo> {
  let recognised = false;
  try {
    const { experiments } = await transport.call(endpoints.searchExperiments, { max_results: 1 }, options);
    recognised = experiments?.[0]?.experiment_id !== undefined;
  } catch (error) {
    const isForeign =
      (error instanceof MlflowConnectionError && error.failure === 'protocol') ||
      (error instanceof MlflowHttpError && error.errorCode === undefined && [404, 405].includes(error.status));
    throw isForeign ? notMlflow(transport.url, error) : error;
  }
  const version = await readVersion(transport, options);
  if (version === undefined && !recognised) throw notMlflow(transport.url);
  if (version !== undefined) checkVersion(version, transport.url);
  return { version };
}

async function readVersion(transport: Transport, options?: CallOptions): Promise<string | undefined> {
  const request = { method: 'GET', path: 'version', repeat: 'safe' } as const;
  try {
    const text = await transport.send(request, options, ({ body }) => body.text());
    return /^\d+\.\d+[\w.+-]*$/.exec(text.trim())?.[0];
  } catch (error) {
    // A proxy may pass on the API alone.
    if (error instanceof MlflowHttpError && !error.temporary) return undefined;
    throw error;
  }
}

function checkVersion(version: string, url: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  throw new GlyphlabError(
    'MLFLOW_SERVER_TOO_OLD',
    `The server is MLflow ${version}; ${MINIMUM.join('.')} or later is needed.`,
    {
      where: url,
      hint: 'Update it: pip install --upgrade mlflow, then mlflow db upgrade.',
    },
  );
}

const notMlflow = (url: string, cause?: unknown) =>
  new GlyphlabError('MLFLOW_NOT_MLFLOW', 'Something other than an MLflow server answers there.', {
    where: url,
    hint: 'Look at MLFLOW_TRACKING_URI: a page of MLflow has more in its address than the server.',
    cause,
  });
