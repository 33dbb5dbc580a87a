import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { describeError } from '@glyphlab/core';
import { restoreLineBoundary } from './line-boundary.ts';

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
    if (this.#lost > 0) this.#onTrouble(`${this.#lost} lines could not be kept: the disk took nothing.`);
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
