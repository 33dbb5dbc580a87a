import { hideAddressSecrets, InputError } from '@glyphlab/core';
import type { Credentials } from './authorisation.ts';

/**
 * The server's address, without credentials, query and slash at the end.
 *
 * @throws InputError MLFLOW_NO_URI, MLFLOW_BAD_URI
 */
export function parseTrackingUri(
  given: string | undefined,
  env: NodeJS.ProcessEnv,
): { url: string; credentials?: Credentials } {
  const text = (given ?? env['MLFLOW_TRACKING_URI'] ?? '').trim();
  const where = given === undefined ? 'MLFLOW_TRACKING_URI' : 'trackingUri';
  const hint = 'Give the address of a server, as http://127.0.0.1:5000.';
  if (text === '') throw new InputError('MLFLOW_NO_URI', 'No MLflow server is given.', { where, hint });

  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol) || parsed.hostname === '') {
    const isStore = /^(file|sqlite|postgresql|mysql|mssql|databricks|uc)[:+]|^[./]|^databricks$/i.test(text);
    throw new InputError(
      'MLFLOW_BAD_URI',
      `This is not the address of an MLflow server: "${hideAddressSecrets(text)}".`,
      {
        where,
        hint: isStore
          ? `${hint} Directories and databases are for the server: mlflow server --backend-store-uri …`
          : hint,
      },
    );
  }
  const url = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  if (parsed.username === '') return { url };
  return { url, credentials: { username: decode(parsed.username), password: decode(parsed.password) } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
