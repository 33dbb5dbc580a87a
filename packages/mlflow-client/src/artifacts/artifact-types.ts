import type { OnProgress } from '@glyphlab/core';
import type { CallOptions } from '../api/caller.ts';

/** A file or directory of an artifact store. */
export interface ArtifactFile {
  /** From the root of the directory it was listed from, with `/`. */
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
