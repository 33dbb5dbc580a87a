import { readFileSync } from 'node:fs';
import { InputError, hideAddressSecrets } from '@glyphlab/core';
import type { MlflowClientOptions } from '../options.ts';
import { authorisation, type Credentials } from './authorisation.ts';

/** Everything a transport needs, settled. */
export interface Settings {
  /** Address without credentials and without a slash at the end. */
  url: string;
  headers: Record<string, string>;
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer; rejectUnauthorized?: boolean };
  timeoutMs: number;
  deadlineMs: number;
  maxRetries: number;
  connections: number;
  onRetry: NonNullable<MlflowClientOptions['onRetry']>;
  multipart: { minimumBytes: number; partBytes: number };
  /** Texts that must not be seen: passwords, tokens, values of headers. */
  secrets: string[];
  env: NodeJS.ProcessEnv;
}

/** @throws InputError MLFLOW_NO_URI, MLFLOW_BAD_URI, MLFLOW_BAD_SETTING */
export function readSettings(options: MlflowClientOptions): Settings {
  const { env = process.env } = options;
  const { url, credentials } = parseTrackingUri(options.trackingUri, env);
  const own = checkHeaders(options.headers ?? parseHeaders(env['MLFLOW_TRACKING_HEADERS']));
  const { authorization, secrets } = authorisation(options.auth, credentials, env);
  const workspace = env['MLFLOW_WORKSPACE'];
  return {
    url,
    headers: {
      'user-agent': 'glyphlab-mlflow-client',
      ...(workspace && { 'x-mlflow-workspace': workspace }),
      ...(authorization && { authorization }),
      ...own,
    },
    tls: readTls(options.tls, env),
    timeoutMs: options.timeoutMs ?? number(env, 'MLFLOW_HTTP_REQUEST_TIMEOUT', 120) * 1000,
    deadlineMs: options.deadlineMs ?? Infinity,
    maxRetries: options.maxRetries ?? number(env, 'MLFLOW_HTTP_REQUEST_MAX_RETRIES', 5),
    connections: options.connections ?? 4,
    onRetry: options.onRetry ?? (() => undefined),
    multipart: {
      minimumBytes: number(env, 'MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE', 500 * 1024 ** 2),
      partBytes: number(env, 'MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE', 10 * 1024 ** 2),
    },
    secrets: [...secrets, ...Object.values(own)].filter((secret) => secret.length > 3),
    env,
  };
}

function readTls(tls: MlflowClientOptions['tls'], env: NodeJS.ProcessEnv): Settings['tls'] {
  const insecure = tls?.insecure ?? flag(env, 'MLFLOW_TRACKING_INSECURE_TLS');
  const caFile = tls?.caFile ?? env['MLFLOW_TRACKING_SERVER_CERT_PATH'];
  const clientCertFile = tls?.clientCertFile ?? env['MLFLOW_TRACKING_CLIENT_CERT_PATH'];
  if (insecure && caFile) {
    throw badSetting('MLFLOW_TRACKING_INSECURE_TLS', 'Either any certificate is trusted or those of a file, not both.');
  }
  const pair = clientCertFile ? readPem(clientCertFile, 'MLFLOW_TRACKING_CLIENT_CERT_PATH') : undefined;
  return {
    ...(caFile && { ca: readPem(caFile, 'MLFLOW_TRACKING_SERVER_CERT_PATH') }),
    ...(pair && { cert: pair, key: pair }),
    ...(insecure && { rejectUnauthorized: false }),
  };
}

function readPem(file: string, name: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw badSetting(name, `The file cannot be read: ${(cause as Error).message}`, cause);
  }
}

function number(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw badSetting(name, `This is not a whole number of at least 0: "${text}".`);
  return value;
}

function flag(env: NodeJS.ProcessEnv, name: string): boolean {
  const text = (env[name] ?? '').toLowerCase();
  if (['', 'false', '0'].includes(text)) return false;
  if (['true', '1'].includes(text)) return true;
  throw badSetting(name, `This is neither true nor false: "${env[name]}".`);
}

function parseHeaders(text = ''): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line, index) => {
      const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
      // The line may be a secret, so it is not shown.
      if (!name) throw badSetting('MLFLOW_TRACKING_HEADERS', `Line ${index + 1} is not of the form "Name: value".`);
      return [name.toLowerCase(), value ?? ''];
    }),
  );
}

/** Node would refuse them with the value, maybe a secret, in its message. */
function checkHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
    throw badSetting('headers', `The value of "${name}" has characters that a header cannot carry.`);
  }
  return { ...headers };
}

const badSetting = (name: string, message: string, cause?: unknown) =>
  new InputError('MLFLOW_BAD_SETTING', message, { where: name, cause });

/**
 * The server's address, without credentials, query and slash at the end.
 *
 * @throws InputError MLFLOW_NO_URI, MLFLOW_BAD_URI
 */
function parseTrackingUri(
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
