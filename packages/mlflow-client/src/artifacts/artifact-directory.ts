import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { collect, DataError } from '@glyphlab/core';
import { mapParallel } from '@glyphlab/core/map-parallel';
import type { CallOptions } from '../api/caller.ts';
import type { WireFile } from '../api/wire.ts';
import type { HttpRequest, Transport } from '../http/transport.ts';
import { checkPath, listPath, parseArtifactUri, servedPath } from './artifact-root.ts';
import {
  type ArtifactFile,
  type DownloadOptions,
  PARALLEL_TRANSFERS,
  type TransferOptions,
  type UploadOptions,
  type WalkOptions,
} from './artifact-types.ts';
import { downloadContent, downloadToFile } from './download.ts';
import { localFileError } from './local-file.ts';
import { uploadContent, uploadFile } from './upload.ts';

/**
 * A directory of artifacts that the server serves itself (`mlflow-artifacts:`): a run's, a logged model's, a model version's.
 * Paths are relative to it, with `/`.
 */
export class ArtifactDirectory {
  /** As `mlflow-artifacts:/1/…/artifacts`. */
  readonly uri: string;
  readonly #transport: Transport;
  readonly #root: string;

  /** @throws InputError MLFLOW_ARTIFACTS_NOT_SERVED */
  constructor(transport: Transport, uri: string) {
    this.uri = uri;
    this.#transport = transport;
    this.#root = parseArtifactUri(uri, transport.url);
  }

  /** What lies directly in `path`, by name. Nothing for what is not there. */
  async list(path = '', options?: CallOptions): Promise<ArtifactFile[]> {
    const request = { method: 'GET', path: listPath(this.#at(path)), repeat: 'safe' } as const;
    const { files = [] } = await this.#transport.sendForJson<{ files?: WireFile[] }>(request, options);
    return files
      .map(({ path: name, is_dir = false, file_size = 0 }) => ({
        path: path === '' ? name : `${path}/${name}`,
        isDirectory: is_dir,
        size: Number(file_size),
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Every file below `path`, folder by folder.
   *
   * @throws DataError MLFLOW_ENDLESS_LISTING if the server has ever more
   */
  async *walk(path = '', options: WalkOptions = {}): AsyncGenerator<ArtifactFile, void, undefined> {
    const { maxEntries = 100_000, ...callOptions } = options;
    const waiting = [path];
    let entries = 0;
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const files = await this.list(folder, callOptions);
      entries += files.length;
      if (entries > maxEntries)
        throw new DataError('MLFLOW_ENDLESS_LISTING', `The server lists more than ${maxEntries} files and folders.`, {
          where: this.uri,
        });
      yield* files.filter(({ isDirectory }) => !isDirectory);
      waiting.push(
        ...files
          .filter(({ isDirectory }) => isDirectory)
          .map((file) => file.path)
          .reverse(),
      );
    }
  }

  /** Writes a file, replacing what is there. A failed upload leaves nothing and is tried again. */
  async upload(path: string, content: string | Uint8Array, options?: UploadOptions): Promise<void> {
    await uploadContent(this.#transport, this.#at(path, { isFile: true }), content, options);
  }

  /** Streams a file of any size. @throws InputError MLFLOW_LOCAL_FILE if it cannot be read */
  async uploadFile(path: string, file: string, options?: UploadOptions): Promise<void> {
    await uploadFile(this.#transport, this.#at(path, { isFile: true }), file, options);
  }

  /** Every file below the local `directory`, a few at a time. */
  async uploadDirectory(path: string, directory: string, options?: TransferOptions): Promise<void> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: unknown) =>
      Promise.reject(localFileError(directory, error)),
    );
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    await mapParallel(
      files,
      (file) => {
        const name = relative(directory, file).split(sep).join('/');
        return this.uploadFile(path === '' ? name : `${path}/${name}`, file, options);
      },
      { concurrency: PARALLEL_TRANSFERS },
    );
  }

  async download(path: string, options?: DownloadOptions): Promise<Buffer> {
    return downloadContent(this.#transport, this.#at(path, { isFile: true }), options);
  }

  /** Streams to a file, which appears when it is whole. After a broken connection it goes on where it was. */
  async downloadFile(path: string, file: string, options?: DownloadOptions): Promise<void> {
    await downloadToFile(this.#transport, this.#at(path, { isFile: true }), file, options);
  }

  /** Every file below `path` to the local `directory`, which keeps whatever else it holds. */
  async downloadDirectory(path: string, directory: string, options?: TransferOptions): Promise<void> {
    await mapParallel(
      await collect(this.walk(path, options)),
      (file) => {
        // A server that names a file outside is not followed there.
        const name = checkPath(path === '' ? file.path : file.path.slice(path.length + 1), { isFile: true });
        return this.downloadFile(file.path, join(directory, name), { ...options, size: file.size });
      },
      { concurrency: PARALLEL_TRANSFERS },
    );
  }

  /** Deletes a file, or a directory with all in it. */
  async delete(path: string, options?: CallOptions): Promise<void> {
    const request: HttpRequest = {
      method: 'DELETE',
      path: servedPath(this.#at(path, { isFile: true })),
      repeat: 'safe',
    };
    await this.#transport.sendForJson(request, options);
  }

  #at(path: string, { isFile } = { isFile: false }): string {
    return [this.#root, checkPath(path, { isFile })].filter((part) => part !== '').join('/');
  }
}
