import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { DataError, GlyphlabError, InputError } from '@glyphlab/core';

/** Says that a file of this machine is at fault, not the server: so nothing is tried again. */
export function localFileError(file: string, error: unknown): GlyphlabError {
  if (error instanceof GlyphlabError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new GlyphlabError('MLFLOW_DISK_FULL', 'No space is left for the file.', { where: file, cause: error });
  }
  return new InputError('MLFLOW_LOCAL_FILE', `The file cannot be used: ${message}`, { where: file, cause: error });
}

/** @throws InputError MLFLOW_LOCAL_FILE if it is not there, or no file */
export async function fileSize(file: string): Promise<number> {
  const info = await stat(file).catch((error: unknown) => Promise.reject(localFileError(file, error)));
  if (info.isFile()) return info.size;
  throw new InputError('MLFLOW_LOCAL_FILE', 'This is not a file.', { where: file });
}

export interface FileRange {
  file: string;
  start: number;
  /** Bytes to read; the file may have grown since, and must not have shrunk. */
  length: number;
}

/** Streams a part of a file; `onBytes` gets how many were handed on. */
export function readRange({ file, start, length }: FileRange, onBytes: (bytes: number) => void): Readable {
  if (length === 0) return Readable.from([]);
  async function* chunks() {
    let left = length;
    try {
      for await (const chunk of createReadStream(file, { start, end: start + length - 1, highWaterMark: 256 * 1024 })) {
        left -= (chunk as Buffer).length;
        yield chunk as Buffer;
        onBytes((chunk as Buffer).length);
      }
    } catch (error) {
      throw localFileError(file, error);
    }
    if (left > 0)
      throw new DataError('MLFLOW_LOCAL_FILE', 'The file got shorter while it was being sent.', { where: file });
  }
  return Readable.from(chunks(), { objectMode: false });
}
