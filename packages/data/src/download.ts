import type { OnProgress } from '@glyphlab/core';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import { silenceMs } from './http.ts';
import type { OfficialFile } from './official.ts';

export interface DownloadOptions {
  dispatcher: Dispatcher;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
  /** A mirror that sends next to nothing for this long is given up. Default 20 s. */
  stallMs?: number;
  /** Pause before the mirrors are tried a second time. Default 1 s. */
  pauseMs?: number;
}

/** What went wrong at one mirror. */
export interface MirrorFailure {
  url: string;
  reason: string;
}

/** No mirror gave the file. */
export class DownloadFailed extends Error {
  readonly file: OfficialFile;
  readonly failures: readonly MirrorFailure[];

  constructor(file: OfficialFile, failures: readonly MirrorFailure[]) {
    super(failures.map(({ url, reason }) => `${url}: ${reason}`).join('\n'));
    this.file = file;
    this.failures = failures;
  }
}

/** Below this a mirror counts as stalled. */
const minBytesPerSecond = 1000;

/** A failure that another try at the same mirror may not meet. */
class Transient extends Error {}

/** What has been received of a file; a second mirror goes on where the first one stopped. */
class Received {
  readonly #file: OfficialFile;
  #chunks: Buffer[] = [];
  /** Whether more than one answer is in it. */
  mixed = false;
  bytes = 0;
  /** Everything that ever came, also what was thrown away. */
  total = 0;

  constructor(file: OfficialFile) {
    this.#file = file;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
    this.total += chunk.length;
    if (this.bytes > this.#file.bytes) this.#refuse(`more than the expected ${this.#file.bytes} bytes`);
  }

  startAgain(): void {
    [this.#chunks, this.bytes, this.mixed] = [[], 0, false];
  }

  finish(): Buffer {
    if (this.bytes < this.#file.bytes)
      throw new Transient(`the connection ended after ${this.bytes} of ${this.#file.bytes} bytes`);
    const data = Buffer.concat(this.#chunks);
    const sum = createHash('sha256').update(data).digest('hex');
    if (sum !== this.#file.sha256) this.#refuse(`wrong checksum: sha256 ${sum}, expected ${this.#file.sha256}`);
    return data;
  }

  /** If part of it came from a mirror before, it is not known whose fault it was: both may be tried again from the start. */
  #refuse(reason: string): never {
    const error = this.mixed ? new Transient(reason) : new Error(reason);
    this.startAgain();
    throw error;
  }
}

async function fetchFrom(
  url: string,
  file: OfficialFile,
  received: Received,
  options: DownloadOptions,
): Promise<Buffer> {
  const { dispatcher, onProgress, stallMs = silenceMs } = options;
  const stalled = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stalled.signal]) : stalled.signal;
  let before = received.total;
  const watch = setInterval(() => {
    if (received.total - before < (minBytesPerSecond * stallMs) / 1000) stalled.abort();
    before = received.total;
  }, stallMs);
  try {
    const headers = { 'accept-encoding': 'identity', ...(received.bytes > 0 && { range: `bytes=${received.bytes}-` }) };
    const { statusCode, headers: answer, body } = await request(url, { dispatcher, headers, signal });
    const goesOn = statusCode === 206 && String(answer['content-range']).startsWith(`bytes ${received.bytes}-`);
    if (goesOn) received.mixed = true;
    else received.startAgain();
    if (statusCode !== 200 && !goesOn) {
      body.destroy();
      const retry = statusCode >= 500 || statusCode === 429 || statusCode === 416;
      throw retry ? new Transient(`status ${statusCode}`) : new Error(`status ${statusCode}`);
    }
    for await (const chunk of body) {
      received.add(chunk as Buffer);
      onProgress?.({ label: `Downloading ${file.name}`, done: received.bytes, total: file.bytes, unit: 'bytes' });
    }
    return received.finish();
  } catch (error) {
    if (stalled.signal.aborted) throw new Transient(`nothing came for ${stallMs / 1000} s`);
    if (received.bytes > 0 && !(error instanceof Transient)) throw new Transient(describe(error));
    throw error;
  } finally {
    clearInterval(watch);
  }
}

/** The innermost message: undici and Node wrap what happened on the wire. */
function describe(error: unknown): string {
  const { message, cause, errors } = error as { message?: string; cause?: unknown; errors?: unknown[] };
  return cause ? describe(cause) : errors?.[0] ? describe(errors[0]) : (message ?? String(error)) || 'no connection';
}

/**
 * Downloads a file from the first mirror that gives it whole and unchanged. What one mirror sent before it broke off is kept
 * for the next; mirrors that broke off or were busy are tried a second time.
 *
 * @param mirrors addresses of directories
 * @throws DownloadFailed with what each mirror did; the reason of `signal` if that was aborted
 */
export async function download(
  file: OfficialFile,
  mirrors: readonly string[],
  options: DownloadOptions,
): Promise<Buffer> {
  const received = new Received(file);
  const failures = new Map<string, string>();
  let urls = mirrors.map((mirror) => new URL(file.name, mirror).href);
  for (const round of [1, 2]) {
    const again: string[] = [];
    if (round === 2 && urls.length > 0) await sleep(options.pauseMs ?? 1000, undefined, { signal: options.signal });
    for (const url of urls) {
      try {
        return await fetchFrom(url, file, received, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        failures.set(url, describe(error));
        if (error instanceof Transient) again.push(url);
      }
    }
    urls = again;
  }
  throw new DownloadFailed(
    file,
    [...failures].map(([url, reason]) => ({ url, reason })),
  );
}
