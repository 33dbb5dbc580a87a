import type { OnProgress } from '@glyphlab/core';
import type { CallOptions } from '../api/caller.ts';

/** Transfers of a directory, or of the parts of a file, that are under way at once. */
export const PARALLEL_TRANSFERS = 4;

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

export interface DownloadOptions extends TransferOptions {
  /** Bytes, as the listing has it. What comes longer is given up at once, what comes shorter is an error. */
  size?: number;
}

export interface WalkOptions extends CallOptions {
  /** Files and folders together, before the listing is taken for one without an end. Default: 100,000. */
  maxEntries?: number;
}

export interface UploadOptions extends TransferOptions {
  /** Default: what the path's extension says. */
  contentType?: string;
}
