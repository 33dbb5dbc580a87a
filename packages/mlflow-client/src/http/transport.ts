import type { Readable } from 'node:stream';
import { GlyphlabError, proxiesOf } from '@glyphlab/core';
import { type Dispatcher, Agent, EnvHttpProxyAgent } from 'undici';
import type { Caller, CallOptions } from '../api/caller.ts';
import { type Endpoint, endpoints } from '../api/endpoints.ts';
import { MlflowConnectionError } from '../errors.ts';
import type { LogBatch } from '../log-batch.ts';
import type { MlflowClientOptions } from '../options.ts';
import { connectionError, httpError, plainText, shorten } from './failure.ts';
import { AnswerTooLongError, type HttpAnswer, readText } from './read-text.ts';
import { addressOf } from './request-address.ts';
import { mayRepeat, retryDelayMs, wait } from './retry.ts';
import { readSettings, type Settings } from './settings.ts';
import { TryTimer } from './try-timer.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  /** Below the server's address, with its query. */
  path: string;
  repeat: 'safe' | 'once';
  headers?: Readonly<Record<string, string>>;
  /** A function is called for each try; `touch` says that the transfer moves. */
  body?: string | Uint8Array | ((touch: () => void) => Readable);
}

/** Reads an answer whose status is below 300; `touch` says that the transfer moves. */
export type ReadAnswer<T> = (answer: HttpAnswer, touch: () => void) => Promise<T>;

const jsonHeaders = { 'content-type': 'application/json' };

/** Sends requests: keeps connections, times and repeats them, and turns whatever goes wrong into an `MlflowError`. */
export class Transport implements Caller, LogBatch {
  readonly url: string;
  readonly #settings: Settings;
  readonly #dispatcher: Dispatcher;
  readonly #origin: string;
  readonly #basePath: string;

  constructor(options: MlflowClientOptions) {
    this.#settings = readSettings(options);
    this.#dispatcher = makeDispatcher(this.#settings);
    this.url = this.#settings.url;
    this.#origin = new URL(this.url).origin;
    this.#basePath = this.url.slice(this.#origin.length);
  }

  get multipart(): Settings['multipart'] {
    return this.#settings.multipart;
  }

  async call<Request extends object, Answer>(
    endpoint: Endpoint<Request, Answer>,
    request: Request,
    options?: CallOptions,
  ): Promise<Answer> {
    const { path, body } = addressOf(endpoint, request);
    const { method, repeat, field } = endpoint;
    const sent = { method, path, repeat, ...(body !== undefined && { body, headers: jsonHeaders }) };
    return this.sendForJson<Answer>(sent, options, field);
  }

  async sendBatch(body: string, options?: CallOptions): Promise<void> {
    const { method, path, repeat } = endpoints.logBatch;
    const sent = { method, path, repeat, headers: jsonHeaders, body };
    await this.sendForJson(sent, options);
  }

  /**
   * For the JSON object that MLflow answers with; a page, nothing at all, or an object without `field`, which MLflow's has, is the
   * answer of something else.
   */
  sendForJson<T>(request: HttpRequest, options?: CallOptions, field?: string): Promise<T> {
    return this.send(request, options, async (answer) => {
      const text = await readText(answer);
      const object = parseObject(text);
      return (object && (field === undefined || field in object) ? object : this.#refuse(request, text)) as T;
    });
  }

  /** For the empty answer to an upload. */
  async sendForNothing(request: HttpRequest, options?: CallOptions): Promise<void> {
    await this.send(request, options, async (answer) => {
      const text = await readText(answer);
      if (text !== '' && !parseObject(text)) this.#refuse(request, text);
    });
  }

  /** For a file, which `read` gets. */
  sendForFile<T>(request: HttpRequest, options: CallOptions | undefined, read: ReadAnswer<T>): Promise<T> {
    return this.send(request, options, async (answer, touch) => {
      // MLflow calls every file an attachment, also one that is a page.
      const { 'content-type': type, 'content-disposition': disposition } = answer.headers;
      if (/^text\/html/i.test(String(type)) && disposition === undefined) this.#refuse(request, await readText(answer));
      return read(answer, touch);
    });
  }

  /** Sends a request, again if that is safe, until `read` has read an answer. */
  async send<T>(request: HttpRequest, options: CallOptions = {}, read: ReadAnswer<T>): Promise<T> {
    const { signal, maxRetries = this.#settings.maxRetries, deadlineMs = this.#settings.deadlineMs } = options;
    const deadline = performance.now() + deadlineMs;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#try(request, { ...options, deadlineMs: deadline - performance.now() }, read);
      } catch (error) {
        if (attempt > maxRetries || !mayRepeat(error, request.repeat)) throw error;
        const delayMs = retryDelayMs(attempt, error);
        if (performance.now() + delayMs >= deadline) throw error;
        this.#settings.onRetry({ error, attempt, delayMs });
        await wait(delayMs, signal);
      }
    }
  }

  async #try<T>(request: HttpRequest, options: CallOptions, read: ReadAnswer<T>): Promise<T> {
    const { signal, timeoutMs = this.#settings.timeoutMs, deadlineMs = Infinity } = options;
    signal?.throwIfAborted();
    const call = this.#describe(request);
    const timer = new TryTimer(timeoutMs, deadlineMs, signal);
    try {
      const answer = await this.#dispatcher.request({
        origin: this.#origin,
        path: `${this.#basePath}/${request.path}`,
        method: request.method,
        headers: { ...this.#settings.headers, ...request.headers },
        body: typeof request.body === 'function' ? request.body(timer.touch) : (request.body ?? null),
        signal: timer.signal,
      });
      if (answer.statusCode >= 300) {
        const body = this.#redact(await readText(answer));
        throw httpError(call, { status: answer.statusCode, headers: answer.headers, body });
      }
      return await read(answer, timer.touch);
    } catch (error) {
      // Whatever of the answer was not read would keep the connection.
      timer.abort();
      signal?.throwIfAborted();
      if (error instanceof GlyphlabError) throw error;
      if (error instanceof AnswerTooLongError)
        throw new MlflowConnectionError({ ...call, failure: 'protocol', message: error.message }, error);
      throw timer.expired ? timer.error(call) : connectionError(call, error);
    } finally {
      timer.stop();
    }
  }

  #refuse(request: HttpRequest, text: string): never {
    const words = shorten(plainText(this.#redact(text)), 200) || '(nothing)';
    throw new MlflowConnectionError({
      ...this.#describe(request),
      failure: 'protocol',
      message: `The answer is not MLflow's: ${words}`,
      hint: 'Something between here and the server answers in its place, such as the login page of a proxy.',
    });
  }

  #describe({ method, path }: HttpRequest): { method: string; url: string } {
    return { method, url: `${this.url}/${path}` };
  }

  /** A server or a proxy may echo what it was sent. */
  #redact(text: string): string {
    return this.#settings.secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
  }

  /** Lets requests finish, then closes the connections. */
  close(): Promise<void> {
    return this.#dispatcher.close();
  }
}

function parseObject(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** uvicorn closes a connection that was idle for 5 s: to use one that is about to be closed would fail. */
const keepAliveMs = 4_000;

/** Connections to the server, through the proxy that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name, if any. */
function makeDispatcher({ url, connections, tls, env }: Settings): Dispatcher {
  const options = {
    connections,
    keepAliveTimeout: keepAliveMs,
    // Time is kept per try by the transport, which also knows when a transfer moves.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...tls, timeout: 10_000 },
  };
  if (isLoopback(new URL(url).hostname)) return new Agent(options);
  const { httpProxy, httpsProxy, noProxy } = proxiesOf(env);
  if (!httpProxy && !httpsProxy) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    ...(httpProxy && { httpProxy }),
    ...(httpsProxy && { httpsProxy }),
    noProxy,
    requestTls: tls,
  });
}

const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
