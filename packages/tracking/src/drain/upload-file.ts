import { existsSync } from 'node:fs';
import { FileGoneError } from './failure.ts';
import type { Attempt } from './run-drain.ts';

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
