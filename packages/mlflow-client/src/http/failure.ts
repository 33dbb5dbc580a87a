import { type ConnectionFailure, MlflowConnectionError, MlflowHttpError } from '../errors.ts';

interface Call {
  method: string;
  url: string;
}

/** The error for an answer that is one. `body` is the whole of it. */
export function httpError(
  call: Call,
  { status, headers, body }: { status: number; headers: Record<string, string | string[] | undefined>; body: string },
): MlflowHttpError {
  const { errorCode, message } = readErrorBody(body);
  const location = status >= 300 && status < 400 ? headers['location'] : undefined;
  const serverMessage = location ? `it has moved to ${String(location)}` : message;
  return new MlflowHttpError(
    { ...call, status, errorCode, serverMessage, retryAfterMs: parseRetryAfter(headers['retry-after']) },
    hintFor(status, serverMessage),
  );
}

function hintFor(status: number, message: string): string | undefined {
  if (status === 401)
    return 'Check the credentials: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.';
  if (status === 403 && /host header/i.test(message)) {
    return 'The server does not expect this name. Start it with --allowed-hosts, or use the address it knows.';
  }
  if (status === 403) return 'The credentials are known and do not allow this.';
  if (status >= 300 && status < 400) return 'Give that address as MLFLOW_TRACKING_URI.';
  return undefined;
}

/** MLflow's `{error_code, message}`, FastAPI's `{detail}`, or a proxy's HTML or text. */
function readErrorBody(body: string): { errorCode: string | undefined; message: string } {
  try {
    const { error_code, message, detail } = JSON.parse(body) as Record<string, unknown>;
    const words = message ?? detail ?? body;
    return {
      errorCode: typeof error_code === 'string' ? error_code : undefined,
      message: shorten(typeof words === 'string' ? words : JSON.stringify(words)),
    };
  } catch {
    return { errorCode: undefined, message: shorten(plainText(body)) };
  }
}

/** A page's words, without markup, styles and scripts. */
export const plainText = (body: string): string =>
  /<[a-z!]/i.test(body)
    ? body
        .replace(/<(style|script)\b.*?<\/\1>/gis, ' ')
        .replace(/<[^>]*>/g, ' ')
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&#39;|&quot;/g, "'")
        .replace(/&amp;/g, '&')
    : body;

export function shorten(text: string, limit = 1000): string {
  const tidy = text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
  return tidy.length > limit ? `${tidy.slice(0, limit)}…` : tidy;
}

/** Seconds or a date; milliseconds from now. */
function parseRetryAfter(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The error for a connection that was not made, or broke. */
export function connectionError(call: Call, error: unknown): MlflowConnectionError {
  const { code = '', message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  const failure = failureOf(code, message);
  const words: Record<ConnectionFailure, string> = {
    refused: 'No server answers there',
    name: 'No server of this name was found on the network',
    timeout: 'The server did not answer in time',
    deadline: 'The server did not answer in time',
    broken: 'The connection broke off',
    tls: 'The server cannot be trusted',
    protocol: 'The answer cannot be read',
  };
  const hint =
    failure === 'tls'
      ? 'Name its authority with MLFLOW_TRACKING_SERVER_CERT_PATH; a client certificate goes into MLFLOW_TRACKING_CLIENT_CERT_PATH.'
      : undefined;
  const reason = [code, message].filter((text) => text !== '').join(': ');
  return new MlflowConnectionError(
    { ...call, failure, message: `${words[failure]} (${reason}).`, ...(hint && { hint }) },
    error,
  );
}

function failureOf(code: string, message: string): ConnectionFailure {
  if (['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'].includes(code)) return 'refused';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'refused';
  if (['ENOTFOUND', 'EAI_AGAIN'].includes(code)) return 'name';
  if (['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].includes(code)) return 'timeout';
  if (/CERT|TLS|SSL|_SIGNATURE|SELF_SIGNED|EPROTO/i.test(code) || /certificate/i.test(message)) return 'tls';
  if (code.startsWith('HPE_')) return 'protocol';
  return 'broken';
}
