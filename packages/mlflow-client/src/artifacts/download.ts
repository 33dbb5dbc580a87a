import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { OnProgress } from '@glyphlab/core';
import { placeWhole } from '@glyphlab/core/whole-file';
import type { HttpAnswer } from '../http/read-text.ts';
import type { Transport } from '../http/transport.ts';
import { servedPath } from './artifact-root.ts';
import { MlflowConnectionError } from '../errors.ts';
import type { DownloadOptions } from './artifact-types.ts';
import { localFileError } from './local-file.ts';

/** The bytes of `artifact`. */
export async function downloadContent(
  transport: Transport,
  artifact: string,
  options: DownloadOptions = {},
): Promise<Buffer> {
  const request = { method: 'GET', path: servedPath(artifact), repeat: 'safe' } as const;
  return transport.sendForFile(request, options, async (answer, touch) => {
    const chunks: Buffer[] = [];
    const report = reporter(artifact, 0, sizeOf(answer), options.onProgress);
    let read = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      read += chunk.length;
      refuseLonger(transport, artifact, read, options);
      chunks.push(chunk);
      touch();
      report(chunk.length);
    }
    refuseShorter(transport, artifact, read, options);
    return Buffer.concat(chunks);
  });
}

/**
 * Streams `artifact` to `file`, which appears when it is whole. What has come before a connection breaks is kept, and the next try
 * asks for the rest; if the artifact was replaced meanwhile, the server sends it from the start.
 */
export async function downloadToFile(
  transport: Transport,
  artifact: string,
  file: string,
  options: DownloadOptions = {},
): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await placeWhole(file, async (draft) => {
      const handle = await open(draft, 'wx');
      try {
        await fill(transport, artifact, handle, options);
      } finally {
        await handle.close();
      }
    });
  } catch (error) {
    // Only what this machine's files say has a system call; what the server did has been put into words.
    throw error instanceof Error && 'syscall' in error ? localFileError(file, error) : error;
  }
}

async function fill(
  transport: Transport,
  artifact: string,
  handle: FileHandle,
  options: DownloadOptions,
): Promise<void> {
  let written = 0;
  let etag: string | undefined;
  const request = {
    method: 'GET' as const,
    path: servedPath(artifact),
    repeat: 'safe' as const,
    // Read anew for each try.
    get headers(): Record<string, string> {
      return written > 0 && etag ? { range: `bytes=${written}-`, 'if-range': etag } : {};
    },
  };
  const read = async (answer: HttpAnswer, touch: () => void) => {
    const continues = answer.statusCode === 206 && rangeStart(answer) === written;
    if (!continues) written = 0;
    etag = typeof answer.headers['etag'] === 'string' ? answer.headers['etag'] : undefined;
    const report = reporter(artifact, written, sizeOf(answer), options.onProgress);
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      refuseLonger(transport, artifact, written + chunk.length, options);
      await handle.write(chunk, 0, chunk.length, written);
      written += chunk.length;
      touch();
      report(chunk.length);
    }
    refuseShorter(transport, artifact, written, options);
    await handle.truncate(written);
  };
  await transport.sendForFile(request, options, read);
}

function refuseLonger(transport: Transport, artifact: string, bytes: number, { size }: DownloadOptions): void {
  if (size !== undefined && bytes > size) throw otherSize(transport, artifact, `longer than the ${size} bytes`);
}

function refuseShorter(transport: Transport, artifact: string, bytes: number, { size }: DownloadOptions): void {
  if (size !== undefined && bytes < size) throw otherSize(transport, artifact, `${bytes} bytes long, not the ${size}`);
}

const otherSize = ({ url }: Transport, artifact: string, words: string): MlflowConnectionError =>
  new MlflowConnectionError({
    method: 'GET',
    url: `${url}/${servedPath(artifact)}`,
    failure: 'protocol',
    message: `The file is ${words} that the server has listed.`,
  });

/** Where a part begins: `bytes 100-199/200`. */
const rangeStart = ({ headers }: HttpAnswer): number =>
  Number(/^bytes (\d+)-/.exec(String(headers['content-range']))?.[1]);

/** How much is still to come. */
const sizeOf = ({ headers }: HttpAnswer): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

function reporter(artifact: string, start: number, coming: number | undefined, onProgress: OnProgress | undefined) {
  let done = start;
  const total = coming === undefined ? undefined : start + coming;
  return (bytes: number) => {
    done += bytes;
    onProgress?.({ label: `Downloading ${artifact}`, done, ...(total !== undefined && { total }), unit: 'bytes' });
  };
}
