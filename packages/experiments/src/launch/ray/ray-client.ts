import { setTimeout as sleep } from 'node:timers/promises';
import { GlyphlabError, hideAddressSecrets, InputError } from '@glyphlab/core';
import { Agent, request, type Dispatcher } from 'undici';

/** What Ray answers, as far as it is read here. */
export interface RayVersion {
  ray_version?: string;
}

export interface RayNode {
  node_id: string;
  state: string;
  resources_total: Readonly<Record<string, number>>;
}

export interface RayJob {
  /** Null for what was not submitted as a job. */
  submission_id: string | null;
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message?: string | null;
  error_type?: string | null;
  driver_exit_code?: number | null;
}

export interface NewRayJob {
  /** A line for the shell. */
  entrypoint: string;
  submission_id: string;
  entrypoint_num_cpus: number;
  entrypoint_num_gpus: number;
  runtime_env: { env_vars: Readonly<Record<string, string>>; working_dir?: string };
  metadata: Readonly<Record<string, string>>;
}

/** What a member occupies. */
export interface MemberResources {
  cpus: number;
  gpus: number;
}

const TIMEOUT_MS = 30_000;
/** Answers of Ray that a second try may change: its head hands requests to the agents of nodes, one of which may be gone. */
const TRIES = 4;
const PAUSE_MS = 1000;

type Method = 'GET' | 'POST' | 'PUT';

/** Ray refuses the request, or has no such thing. */
class RayHttpError extends GlyphlabError {
  override readonly name = 'RayHttpError';
  readonly status: number;

  constructor(status: number, message: string, where: string) {
    super('RAY_REFUSED', message, { where });
    this.status = status;
  }
}

/** Ray's Jobs REST API, at the address of its dashboard. */
export class RayClient {
  readonly #url: string;
  /** As it is shown: without a password. */
  readonly address: string;
  readonly #pauseMs: number;
  readonly #agent: Dispatcher = new Agent({ connect: { timeout: 10_000 } });

  /** @throws InputError if this is no address */
  constructor(address: string, { pauseMs = PAUSE_MS } = {}) {
    const protocol = URL.canParse(address) ? new URL(address).protocol : undefined;
    if (protocol !== 'http:' && protocol !== 'https:')
      throw new InputError(
        'RAY_BAD_ADDRESS',
        `This is not the address of Ray's dashboard: "${hideAddressSecrets(address)}".`,
        {
          where: '--address',
          hint: 'Give it like this: http://head:8265',
        },
      );
    this.#url = address.replace(/\/+$/, '');
    this.address = hideAddressSecrets(this.#url);
    this.#pauseMs = pauseMs;
  }

  version = (): Promise<RayVersion> => this.#json('GET', '/api/version');

  async nodes(): Promise<RayNode[]> {
    const answer = await this.#json<{ data: { result: { result: RayNode[] } } }>(
      'GET',
      '/api/v0/nodes?detail=1&limit=10000',
    );
    return answer.data.result.result;
  }

  async jobs(): Promise<RayJob[]> {
    // The rest is large: the whole configuration stands in a member's command.
    return (await this.#json<RayJob[]>('GET', '/api/jobs/')).map(
      ({ submission_id, status, message, error_type, driver_exit_code }) => ({
        submission_id,
        status,
        message,
        error_type,
        driver_exit_code,
      }),
    );
  }

  /** @returns false if there is a job of this id already */
  async submit(job: NewRayJob): Promise<boolean> {
    try {
      await this.#json('POST', '/api/jobs/', job);
      return true;
    } catch (error) {
      if (error instanceof RayHttpError && /already exists/.test(error.message)) return false;
      throw error;
    }
  }

  /** What the job has printed so far, with what Ray says of it. Asked for once: its node may be gone. */
  async logs(id: string): Promise<string> {
    const path = `/api/jobs/${encodeURIComponent(id)}/logs`;
    const { logs } = await this.#json<{ logs: string | null }>('GET', path, undefined, 1);
    return logs ?? '';
  }

  async stop(id: string): Promise<void> {
    await this.#json('POST', `/api/jobs/${encodeURIComponent(id)}/stop`);
  }

  async hasPackage(name: string): Promise<boolean> {
    const { status, text } = await this.#request('GET', `/api/packages/gcs/${name}`);
    if (status !== 200 && status !== 404) throw this.#refused('GET', `/api/packages/gcs/${name}`, status, text);
    return status === 200;
  }

  async uploadPackage(name: string, content: Uint8Array): Promise<void> {
    const { status, text } = await this.#request('PUT', `/api/packages/gcs/${name}`, content);
    if (status !== 200) throw this.#refused('PUT', `/api/packages/gcs/${name}`, status, text);
  }

  close = (): Promise<void> => this.#agent.close();

  async #json<T>(method: Method, path: string, body?: object, tries = TRIES): Promise<T> {
    for (let tried = 1; ; tried++) {
      const { status, text } = await this.#request(method, path, body);
      if (status < 300) return this.#parse<T>(text);
      if (status >= 500 && tried < tries && !/already exists/.test(text)) await sleep(tried * this.#pauseMs);
      else throw this.#refused(method, path, status, text);
    }
  }

  #refused = (method: Method, path: string, status: number, text: string): RayHttpError =>
    new RayHttpError(status, `${method} ${path}: ${status}\n${lastLines(text)}`, this.address);

  async #request(method: Method, path: string, body?: object | Uint8Array): Promise<{ status: number; text: string }> {
    try {
      const answer = await request(`${this.#url}${path}`, {
        method,
        dispatcher: this.#agent,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        ...(body instanceof Uint8Array
          ? { body }
          : body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw this.#noAnswer(cause as Error & { code?: string });
    }
  }

  #parse<T>(text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw this.#notRay(cause);
    }
  }

  #noAnswer(cause: Error & { code?: string }): GlyphlabError {
    // What speaks another protocol there, as the port of `ray start` does.
    if (cause.name === 'HTTPParserError' || cause.code === 'UND_ERR_SOCKET') return this.#notRay(cause);
    return new GlyphlabError('RAY_NO_ANSWER', `Ray does not answer: ${cause.message || cause.code}.`, {
      where: this.address,
      hint: 'Is it running, and can its dashboard be reached from here? Of itself it answers its own machine only; docs/scaling.md says how to open it, and to whom.',
      cause,
    });
  }

  #notRay = (cause: unknown): GlyphlabError =>
    new GlyphlabError('RAY_NOT_RAY', 'Something answers there, but not as Ray’s dashboard does.', {
      where: this.address,
      hint: 'Its port is 8265 by default, not that of `ray start` (6379) or of the client (10001).',
      cause,
    });
}

/** Ray answers with a traceback: what happened stands at its end. */
const lastLines = (text: string): string => text.trim().split('\n').slice(-3).join('\n').slice(0, 1000);
