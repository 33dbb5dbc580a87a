import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { describeError } from '@glyphlab/core';

/** What is kept in memory while the disk takes nothing; what is logged beyond it is lost, and said to be. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;
const RETRY_AFTER_MS = 1000;

/**
 * Appends lines to a file, one `write` a line, so that a killed process leaves whole lines and at most one torn one,
 * which the next writer cuts off. A full disk does not throw: lines wait in memory and go out in order once there is room.
 */
export class LineWriter {
  readonly #fd: number;
  readonly #onTrouble: (text: string) => void;
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  #failedAt = 0;
  #lost = 0;
  #closed = false;

  /** @throws if the file cannot be opened */
  constructor(path: string, onTrouble: (text: string) => void) {
    this.#fd = openSync(path, 'a+');
    this.#onTrouble = onTrouble;
    restoreLineBoundary(this.#fd);
  }

  /** @param line without its newline, and with none in it */
  write(line: string): void {
    if (this.#closed) return;
    const text = `${line}\n`;
    if (this.#backlogBytes > 0) {
      this.#keep(Buffer.from(text));
      if (Date.now() - this.#failedAt >= RETRY_AFTER_MS) this.#drainBacklog();
      return;
    }
    try {
      const written = writeSync(this.#fd, text);
      const bytes = Buffer.byteLength(text);
      if (written === bytes) return;
      this.#keep(Buffer.from(text).subarray(written));
    } catch (error) {
      this.#fail(error);
      this.#keep(Buffer.from(text));
    }
    this.#drainBacklog();
  }

  /** Waits until what was written is on the disk, without holding the thread. */
  async sync(): Promise<void> {
    if (this.#closed) return;
    this.#drainBacklog();
    await promisify(fdatasync)(this.#fd).catch((error: unknown) => this.#fail(error));
  }

  /** Writes what is left and puts it on the disk. Later lines are ignored. */
  close(): void {
    if (this.#closed) return;
    this.#drainBacklog();
    try {
      fdatasyncSync(this.#fd);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#lost > 0) this.#onTrouble(`${this.#lost} lines were lost: nothing could be written to the disk.`);
    this.#closed = true;
    closeSync(this.#fd);
  }

  #keep(bytes: Buffer): void {
    if (this.#backlogBytes + bytes.length > MAX_BACKLOG_BYTES) {
      this.#lost++;
      return;
    }
    this.#backlog.push(bytes);
    this.#backlogBytes += bytes.length;
  }

  #drainBacklog(): void {
    try {
      while (this.#backlog.length > 0) {
        const first = this.#backlog[0]!;
        const written = writeSync(this.#fd, first);
        this.#backlogBytes -= written;
        if (written < first.length) this.#backlog[0] = first.subarray(written);
        else this.#backlog.shift();
      }
      this.#failedAt = 0;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failedAt === 0) {
      this.#onTrouble(`The journal cannot be written and waits in memory (${describeError(error)}).`);
    }
    this.#failedAt = Date.now();
  }
}

/** Cuts off what a writer that was killed left of a line; that would seem to wait to be sent for ever. A file need not be there. */
export function cutTornLine(path: string): void {
  if (!existsSync(path)) return;
  const fd = openSync(path, 'r+');
  try {
    restoreLineBoundary(fd);
  } finally {
    closeSync(fd);
  }
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/**
 * Cuts a last line that has no newline off the open file: its writer died in the middle of it.
 *
 * @returns bytes that are left, all of them whole lines
 */
function restoreLineBoundary(fd: number): number {
  const { size } = fstatSync(fd);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const read = readSync(fd, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, read).lastIndexOf(NEWLINE);
    if (newline >= 0) {
      const whole = start + newline + 1;
      if (whole < size) ftruncateSync(fd, whole);
      return whole;
    }
    end = start;
  }
  if (size > 0) ftruncateSync(fd, 0);
  return 0;
}
