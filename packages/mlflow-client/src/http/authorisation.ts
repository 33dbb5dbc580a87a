import { InputError } from '@glyphlab/core';
import type { MlflowClientOptions } from '../options.ts';

/** A name and a password. */
export interface Credentials {
  username: string;
  password: string;
}

/**
 * The Authorization header, and what of it must not be seen. What the caller gives comes before what is in the address, and that
 * before the environment; there a name and password come before a token, as in MLflow.
 */
export function authorisation(
  given: MlflowClientOptions['auth'],
  inAddress: Credentials | undefined,
  env: NodeJS.ProcessEnv,
): { authorization?: string; secrets: string[] } {
  if (given) return 'token' in given ? bearer(given.token) : basic(given);
  if (inAddress) return basic(inAddress);
  const username = env['MLFLOW_TRACKING_USERNAME'];
  const password = env['MLFLOW_TRACKING_PASSWORD'];
  if (username && password !== undefined) return basic({ username, password });
  const token = env['MLFLOW_TRACKING_TOKEN'];
  if (token) return bearer(token);

  for (const name of ['MLFLOW_TRACKING_AUTH', 'MLFLOW_TRACKING_AWS_SIGV4']) {
    if (!env[name] || /^(false|0)$/i.test(env[name])) continue;
    throw new InputError('MLFLOW_BAD_SETTING', 'This client cannot sign requests that way.', {
      where: name,
      hint: 'Use MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
    });
  }
  return { secrets: [] };
}

function basic({ username, password }: Credentials) {
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return { authorization: `Basic ${encoded}`, secrets: [password, encodeURIComponent(password), encoded] };
}

/** A token with a line break in it would be refused by Node, with the token in the message. */
function bearer(token: string) {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new InputError(
      'MLFLOW_BAD_SETTING',
      'The token has characters that a header cannot carry, such as spaces or line breaks.',
      {
        where: 'MLFLOW_TRACKING_TOKEN',
      },
    );
  }
  return { authorization: `Bearer ${token}`, secrets: [token] };
}
