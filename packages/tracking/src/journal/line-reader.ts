import { open, type FileHandle } from 'node:fs/promises';

const NEWLINE = 0x0a;

export interface Line {
  text: string;
  /** Where the next line begins, in bytes from the start of the file. */
  end: number;
}

/**
 * Reads whole lines of a file that another thread or process is appending to. Holds one chunk at a time, however long the
 * file is; a line longer than the chunk makes it grow.
 */
export class LineReader {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #chunk: Buffer;

  constructor(path: string, chunkBytes = 256 * 1024) {
    this.#path = path;
    this.#chunk = Buffer.allocUnsafe(chunkBytes);
  }

  /**
   * Lines that begin at `offset` and are complete, about a chunk full.
   *
   * @returns none if nothing new is there, or the file is not there yet
   */
  async read(offset: number): Promise<Line[]> {
    this.#handle ??= await open(this.#path, 'r').catch(() => undefined);
    if (!this.#handle) return [];
    for (;;) {
      const { bytesRead } = await this.#handle.read(this.#chunk, 0, this.#chunk.length, offset);
      const lines = splitLines(this.#chunk.subarray(0, bytesRead), offset);
      if (lines.length > 0 || bytesRead < this.#chunk.length) return lines;
      this.#chunk = Buffer.allocUnsafe(this.#chunk.length * 2);
    }
  }

  /** Bytes of the file, 0 if it is not there. */
  async size(): Promise<number> {
    this.#handle ??= await open(this.#path, 'r').catch(() => undefined);
    return this.#handle ? (await this.#handle.stat()).size : 0;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}

function splitLines(bytes: Buffer, offset: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push({ text: bytes.toString('utf8', start, end), end: offset + end + 1 });
    start = end + 1;
  }
  return lines;
}

/** Every whole line of the file from the start, a chunk at a time. */
export async function* readLines(path: string, offset = 0): AsyncGenerator<Line> {
  const reader = new LineReader(path);
  try {
    for (let lines = await reader.read(offset); lines.length > 0; lines = await reader.read(offset)) {
      yield* lines;
      offset = lines.at(-1)!.end;
    }
  } finally {
    await reader.close();
  }
}
