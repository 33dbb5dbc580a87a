import { existsSync } from 'node:fs';
import { GlyphlabError } from '@glyphlab/core';
import type { TrackingServer } from '../server/tracking-server.ts';
import type { Cursor } from './cursor.ts';

export interface DrainContext {
  directory: string;
  server: TrackingServer;
  cursor: Cursor;
  /** Something a person should read, as a line the server refused. */
  onMessage: (text: string) => void;
  /** Sets aside what the server will not take. */
  refuse: (what: unknown, error: unknown) => void;
}

/** What one attempt to send needs besides. */
export interface Attempt extends DrainContext {
  signal: AbortSignal;
  /** Something has moved: a confirmation, or a part of a large upload. */
  onProgress: () => void;
}

/** The run's id at the server. */
export function runIdOf({ cursor, directory }: Attempt): string {
  const { runId } = cursor.state;
  if (runId !== undefined) return runId;
  throw new GlyphlabError('TRACKING_DAMAGED_JOURNAL', 'The journal does not begin with its run.', { where: directory });
}

/** Someone removed a file from the run's directory: it cannot be sent any more. */
export class FileGoneError extends GlyphlabError {
  override readonly name = 'FileGoneError';
}

/** Streams a file of the run's directory to `path` below an artifact URI, over what is there. */
export async function uploadFile(
  artifactUri: string,
  path: string,
  file: string,
  { server, signal, onProgress }: Attempt,
): Promise<void> {
  if (!existsSync(file))
    throw new FileGoneError('TRACKING_FILE_GONE', 'A file that was to be sent is gone.', { where: file });
  await server.client.artifacts(artifactUri).uploadFile(path, file, { signal, onProgress });
}
