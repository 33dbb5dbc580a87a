import { posix } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { mapParallel } from '@glyphlab/core/map-parallel';
import { request } from 'undici';
import { endpoints } from '../api/endpoints.ts';
import type { WireMultipartUpload } from '../api/wire.ts';
import { isMlflowError, MlflowHttpError } from '../errors.ts';
import { connectionError, httpError } from '../http/failure.ts';
import { mayRepeat, retryDelayMs, wait } from '../http/retry.ts';
import type { Transport } from '../http/transport.ts';
import { TryTimer } from '../http/try-timer.ts';
import { PARALLEL_TRANSFERS, type UploadOptions } from './artifact-types.ts';
import { readRange } from './local-file.ts';

const PART_TRIES = 5;
const PART_TIMEOUT_MS = 120_000;

/**
 * Uploads a file in parts straight to the storage behind the server.
 *
 * @returns false if the storage takes none (a local disk, for one), and nothing was done
 */
export async function uploadInParts(
  transport: Transport,
  artifact: string,
  { file, size }: { file: string; size: number },
  options: UploadOptions,
): Promise<boolean> {
  const { partBytes } = transport.multipart;
  // The server is asked for a directory, and in it for a file.
  const target = { artifact: posix.dirname(artifact), path: posix.basename(artifact) };
  const count = Math.ceil(size / partBytes);
  const upload = await create(transport, target, count, options);
  if (!upload) return false;

  const ended = { ...target, upload_id: upload.upload_id ?? '' };
  try {
    let done = 0;
    const onBytes = (bytes: number) => {
      done += bytes;
      options.onProgress?.({ label: `Uploading ${artifact}`, done, total: size, unit: 'bytes' });
    };
    const parts = await mapParallel(
      upload.credentials,
      (credential) => {
        const start = (credential.part_number - 1) * partBytes;
        const range = { file, start, length: Math.min(partBytes, size - start) };
        return sendPart(credential, range, onBytes, options);
      },
      { concurrency: PARALLEL_TRANSFERS },
    );
    await transport.call(endpoints.completeMultipartUpload, { ...ended, parts }, options);
  } catch (error) {
    // The storage would keep, and charge for, the parts it has.
    await transport.call(endpoints.abortMultipartUpload, ended, { maxRetries: 1 }).catch(() => undefined);
    throw error;
  }
  return true;
}

async function create(
  transport: Transport,
  target: { artifact: string; path: string },
  num_parts: number,
  options: UploadOptions,
): Promise<WireMultipartUpload | undefined> {
  try {
    return await transport.call(endpoints.createMultipartUpload, { ...target, num_parts }, options);
  } catch (error) {
    const isUnknown = error instanceof MlflowHttpError && [404, 405, 501].includes(error.status);
    if (isUnknown || isMlflowError(error, 'NOT_IMPLEMENTED')) return undefined;
    throw error;
  }
}

type Credential = WireMultipartUpload['credentials'][number];

async function sendPart(
  { url, part_number, headers = {} }: Credential,
  range: { file: string; start: number; length: number },
  onBytes: (bytes: number) => void,
  { signal, timeoutMs = PART_TIMEOUT_MS }: UploadOptions,
): Promise<{ part_number: number; etag: string; url: string }> {
  // Whoever has a signed address may write: its query is not to be seen.
  const call = { method: 'PUT', url: url.replace(/\?.*/, '') };
  for (let attempt = 1; ; attempt++) {
    const timer = new TryTimer(timeoutMs, Infinity, signal);
    let sent = 0;
    const body = readRange(range, (bytes) => {
      sent += bytes;
      timer.touch();
      onBytes(bytes);
    });
    try {
      signal?.throwIfAborted();
      const answer = await request(url, {
        method: 'PUT',
        headers: { ...headers, 'content-length': String(range.length) },
        body,
        signal: timer.signal,
      });
      const text = await answer.body.text();
      const { statusCode: status, headers: answered } = answer;
      if (status >= 300) throw httpError(call, { status, headers: answered, body: text });
      // Storages answer nothing, or XML.
      if (/^text\/html/i.test(String(answered['content-type'])))
        throw httpError(call, { status, headers: answered, body: text });
      return { part_number, etag: String(answered['etag'] ?? ''), url };
    } catch (error) {
      signal?.throwIfAborted();
      const ours = error instanceof GlyphlabError;
      const failure = ours ? error : timer.expired ? timer.error(call) : connectionError(call, error);
      if (attempt === PART_TRIES || !mayRepeat(failure, 'safe')) throw failure;
      onBytes(-sent);
      await wait(retryDelayMs(attempt, failure), signal);
    } finally {
      timer.stop();
    }
  }
}
