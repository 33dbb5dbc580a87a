import { hideSecrets, InputError } from '@glyphlab/core';
import { encodePath } from '../http/request-address.ts';

const SERVED = 'api/2.0/mlflow-artifacts/artifacts';

/**
 * A path below the server's artifacts for a URI as MLflow gives it: `mlflow-artifacts:/1/…/artifacts`, with or without a host, or
 * the full address.
 *
 * @throws InputError MLFLOW_ARTIFACTS_NOT_SERVED
 */
export function parseArtifactUri(uri: string, serverUrl: string): string {
  const own = `${serverUrl}/${SERVED}`;
  if (uri === own || uri.startsWith(`${own}/`)) return trim(decodeURIComponent(uri.slice(own.length)));
  const [, host, path] = /^mlflow-artifacts:(?:\/\/([^/]*))?(\/.*)?$/.exec(uri) ?? [];
  const isOwn = host === undefined || host === '' || host === new URL(serverUrl).host;
  if (path !== undefined && isOwn) return trim(path);
  throw new InputError(
    'MLFLOW_ARTIFACTS_NOT_SERVED',
    `The tracking server does not serve these artifacts: ${hideSecrets(uri)}`,
    {
      where: serverUrl,
      hint: 'Start the server with --serve-artifacts, and use a new experiment: an existing one keeps its location.',
    },
  );
}

const trim = (path: string) => path.replace(/^\/+|\/+$/g, '');

/** The request path of a file. */
export const servedPath = (artifact: string): string => `${SERVED}/${encodePath(artifact)}`;

export const listPath = (artifact: string): string => `${SERVED}?${new URLSearchParams({ path: artifact })}`;

/**
 * @returns `path` as a plain relative path with `/`; '' for the root
 * @throws InputError MLFLOW_BAD_PATH if the server would refuse it, or mean another file by it
 */
export function checkPath(path: string, { isFile }: { isFile: boolean }): string {
  const problem =
    path === '' && isFile
      ? 'is empty'
      : path.startsWith('/')
        ? 'is not relative'
        : path !== '' && path.split('/').some((part) => part === '' || part === '.' || part === '..')
          ? 'has an empty part, "." or ".."'
          : /[#\p{Cc}]|%[0-9a-f]{2}/iu.test(path)
            ? 'has a "#", a control character, or what looks encoded'
            : undefined;
  if (!problem) return path;
  throw new InputError(
    'MLFLOW_BAD_PATH',
    `MLflow does not accept this artifact path: it ${problem}: ${JSON.stringify(path)}`,
  );
}
