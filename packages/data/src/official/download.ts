import type { OnProgress } from '@glyphlab/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import { silenceMs } from './http.ts';
import type { OfficialFile } from './published.ts';
import { Received, Refused } from './received.ts';

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

/** No server there: trying again soon would not change that. */
const absent = ['ENOTFOUND', 'ECONNREFUSED'];

/** Gives up when almost nothing arrived for `stallMs`. */
function watchStall(received: Received, stallMs: number): { signal: AbortSignal; stop: () => void } {
  const stalled = new AbortController();
  let before = received.total;
  const timer = setInterval(() => {
    if (received.total - before < (minBytesPerSecond * stallMs) / 1000) {
      stalled.abort(new Error(`almost nothing arrived for ${stallMs / 1000} s`));
    }
    before = received.total;
  }, stallMs);
  return { signal: stalled.signal, stop: () => clearInterval(timer) };
}

async function fetchFrom(
  url: string,
  file: OfficialFile,
  received: Received,
  options: DownloadOptions,
): Promise<Buffer> {
  const { dispatcher, onProgress, stallMs = silenceMs } = options;
  const stall = watchStall(received, stallMs);
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
  try {
    const start = received.resume();
    const headers = { 'accept-encoding': 'identity', ...(start > 0 && { range: `bytes=${start}-` }) };
    const { statusCode, headers: answer, body } = await request(url, { dispatcher, headers, signal });
    try {
      const goesOn = statusCode === 206 && String(answer['content-range']).startsWith(`bytes ${start}-`);
      if (statusCode !== 200 && !goesOn) {
        const busy = statusCode >= 500 || statusCode === 429;
        throw busy ? new Error(`status ${statusCode}`) : new Refused(`status ${statusCode}`);
      }
      const length = answer['content-length'];
      received.begin(goesOn ? start : 0, length === undefined ? undefined : Number(length));
      for await (const chunk of body) {
        received.add(chunk as Buffer);
        onProgress?.({ label: `Downloading ${file.name}`, done: received.bytes, total: file.bytes, unit: 'bytes' });
      }
      return received.finish();
    } finally {
      // A body that is left unread tells of its end as an error, which nobody would hear.
      body.on('error', () => undefined).destroy();
    }
  } finally {
    stall.stop();
  }
}

/** The innermost message: undici and Node wrap what happened on the wire. */
function describe(error: unknown): string {
  const { message, cause, errors } = error as { message?: string; cause?: unknown; errors?: unknown[] };
  return cause ? describe(cause) : errors?.[0] ? describe(errors[0]) : (message ?? String(error)) || 'no connection';
}

const codeOf = (error: unknown): string => {
  const { code, cause, errors } = error as { code?: string; cause?: unknown; errors?: unknown[] };
  return code ?? (cause ? codeOf(cause) : errors?.[0] ? codeOf(errors[0]) : '');
};

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
        if (!(error instanceof Refused) && !absent.includes(codeOf(error))) again.push(url);
      }
    }
    urls = again;
  }
  throw new DownloadFailed(
    file,
    [...failures].map(([url, reason]) => ({ url, reason })),
  );
}
