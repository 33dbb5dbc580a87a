import type { OnProgress } from '@glyphlab/core';
import type { CallOptions } from './api/caller.ts';

/** A file or directory of an artifact store. */
export interface ArtifactFile {
  /** From the root of the store's directory, with `/`. */
  path: string;
  isDirectory: boolean;
  /** Bytes; 0 for a directory. */
  size: number;
}

export interface TransferOptions extends CallOptions {
  /** In bytes, as they are handed to or come from the connection. */
  onProgress?: OnProgress;
}

export interface UploadOptions extends TransferOptions {
  /** Default: what the path's extension says. */
  contentType?: string;
}

/**
 * A directory of artifacts that the server serves itself (`mlflow-artifacts:`): a run's, a logged model's, a model version's.
 * Paths are relative to it, with `/`.
 */
export interface ArtifactDirectory {
  /** As `mlflow-artifacts:/1/…/artifacts`. */
  readonly uri: string;
  /** What lies directly in `path`. */
  list(path?: string, options?: CallOptions): Promise<ArtifactFile[]>;
  /** Every file below `path`. */
  walk(path?: string, options?: CallOptions): AsyncGenerator<ArtifactFile, void, undefined>;
  /** Writes a file, replacing what is there. A failed upload leaves nothing and is tried again. */
  upload(path: string, content: string | Uint8Array, options?: UploadOptions): Promise<void>;
  /** Streams a file of any size. */
  uploadFile(path: string, file: string, options?: UploadOptions): Promise<void>;
  /** Every file below the local `directory`, a few at a time. */
  uploadDirectory(path: string, directory: string, options?: TransferOptions): Promise<void>;
  download(path: string, options?: TransferOptions): Promise<Buffer>;
  /** Streams to a file, which appears when it is whole. After a broken connection it goes on where it was. */
  downloadFile(path: string, file: string, options?: TransferOptions): Promise<void>;
  /** Every file below `path` to the local `directory`. */
  downloadDirectory(path: string, directory: string, options?: TransferOptions): Promise<void>;
  delete(path: string, options?: CallOptions): Promise<void>;
}
