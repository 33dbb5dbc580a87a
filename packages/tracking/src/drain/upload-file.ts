import { statSync } from 'node:fs';
import { FileGoneError } from './failure.ts';
import type { Attempt } from './run-drain.ts';

const LEAST_MS = 60_000;
/** A connection slower than this is taken for one that hangs. */
const BYTES_PER_MS = 200;

/** Streams a file of the run's directory to `path` below an artifact URI, over what is there. */
export async function uploadFile(
  artifactUri: string,
  path: string,
  file: string,
  { server, signal, onProgress }: Attempt,
): Promise<void> {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes === undefined)
    throw new FileGoneError('TRACKING_FILE_GONE', 'A file that was to be sent is gone.', { where: file });
  const timeoutMs = LEAST_MS + bytes / BYTES_PER_MS;
  await server.client.artifacts(artifactUri).uploadFile(path, file, { signal, onProgress, timeoutMs });
}
