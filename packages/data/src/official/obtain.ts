import { DataError, type OnProgress } from '@glyphlab/core';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, requireWritable, writeCached } from './cache-file.ts';
import type { DownloadOptions } from './download.ts';
import { fileRoles, isOfficial, locateFiles, type FileRole, type FoundFiles } from './locate.ts';
import type { OfficialDataset } from './published.ts';

export interface ObtainOptions extends Pick<DownloadOptions, 'stallMs' | 'pauseMs'> {
  env: NodeJS.ProcessEnv;
  /** Directory of all cached datasets. */
  cacheDir: string;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface Obtained extends FoundFiles {
  /** Names of files that differ from the published ones. */
  differing: string[];
}

/**
 * The four files of a dataset: from the data directory, a package of the operating system, the cache, or a mirror.
 * Only what the user put somewhere may differ from what is published.
 *
 * @throws DataError if they are not to be had, with where they were looked for and how to get them
 */
export async function obtainFiles(dataset: OfficialDataset, options: ObtainOptions): Promise<Obtained> {
  const { found, looked } = await locateFiles(dataset, options.env);
  if (found) {
    const official = await Promise.all(fileRoles.map((role) => isOfficial(found.files[role], dataset.files[role])));
    return {
      ...found,
      differing: fileRoles.filter((_, index) => !official[index]).map((role) => dataset.files[role].name),
    };
  }

  const directory = join(options.cacheDir, dataset.type);
  const cached = await Promise.all(fileRoles.map((role) => readCached(dataset, role, directory)));
  const files = Object.fromEntries(fileRoles.map((role, index) => [role, cached[index]])) as Partial<
    FoundFiles['files']
  >;
  const missing = fileRoles.filter((role) => !files[role]);
  if (missing.length > 0) await downloadFiles(dataset, missing, directory, files, looked, options);
  const paths = Object.fromEntries(
    fileRoles.map((role) => [role, join(directory, dataset.files[role].name)]),
  ) as FoundFiles['paths'];
  return { directory, files: files as FoundFiles['files'], paths, differing: [] };
}

/** A file of the cache, if it is there and undamaged. */
async function readCached(dataset: OfficialDataset, role: FileRole, directory: string): Promise<Buffer | undefined> {
  const file = dataset.files[role];
  const packed = await readIfThere(join(directory, file.name));
  return packed && createHash('sha256').update(packed).digest('hex') === file.sha256 ? packed : undefined;
}

async function downloadFiles(
  dataset: OfficialDataset,
  roles: readonly FileRole[],
  directory: string,
  files: Partial<FoundFiles['files']>,
  looked: readonly string[],
  { env, ...options }: ObtainOptions,
): Promise<void> {
  await requireWritable(directory);
  // Rarely needed, and 0.1 s to load.
  const [{ download, DownloadFailed }, { withHttp }] = await Promise.all([
    import('./download.ts'),
    import('./http.ts'),
  ]);
  try {
    await withHttp(env, async (dispatcher) => {
      for (const role of roles) {
        const file = dataset.files[role];
        files[role] = await download(file, dataset.mirrors, { dispatcher, ...options });
        await writeCached(directory, file.name, files[role]);
      }
    });
  } catch (cause) {
    if (!(cause instanceof DownloadFailed)) throw cause;
    const names = roles.filter((role) => !files[role]).map((role) => dataset.files[role].name);
    const lines = [
      `${dataset.name} is not on this machine and could not be downloaded.`,
      `Files: ${names.join(', ')}`,
      `Looked in: ${[...looked, directory].join(', ')}`,
      ...cause.failures.map(({ url, reason }) => `Tried: ${url} – ${reason}`),
    ];
    throw new DataError('DATA_NOT_FOUND', lines.join('\n'), {
      where: dataset.type,
      hint: `Get the files from one of these addresses or from ${dataset.published}, and put them into ${directory} or a directory named by GLYPHLAB_DATA_DIR.`,
      cause,
    });
  }
}
