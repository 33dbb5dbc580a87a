import { createHash } from 'node:crypto';
import type { OfficialFile } from './published.ts';

/** What a mirror sent is not the file; another try would not change that. */
export class Refused extends Error {}

/** What has been received of a file; a second mirror goes on where the first one stopped. */
export class Received {
  readonly #file: OfficialFile;
  #chunks: Buffer[] = [];
  /** Whether more than one answer is in it. */
  #mixed = false;
  /** Whether another mirror may go on with it. */
  #resumable = true;
  bytes = 0;
  /** Everything that ever came, also what was thrown away. */
  total = 0;

  constructor(file: OfficialFile) {
    this.#file = file;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
    this.total += chunk.length;
    if (this.bytes > this.#file.bytes) this.#refuse(`more than the expected ${this.#file.bytes} bytes`);
  }

  startAgain(): void {
    [this.#chunks, this.bytes, this.#mixed] = [[], 0, false];
  }

  /** Bytes that need not be asked for again. */
  resume(): number {
    if (!this.#resumable) this.startAgain();
    return this.bytes;
  }

  /**
   * An answer begins.
   *
   * @param start the byte that it begins with
   * @param length its bytes, if it tells
   */
  begin(start: number, length: number | undefined): void {
    if (length !== undefined && start + length !== this.#file.bytes) {
      throw new Refused(`another file: it has ${start + length} bytes, expected ${this.#file.bytes}`);
    }
    if (start === 0) this.startAgain();
    else this.#mixed = true;
  }

  finish(): Buffer {
    if (this.bytes < this.#file.bytes)
      throw new Error(`the connection ended after ${this.bytes} of ${this.#file.bytes} bytes`);
    const data = Buffer.concat(this.#chunks);
    const sum = createHash('sha256').update(data).digest('hex');
    if (sum !== this.#file.sha256) this.#refuse(`wrong checksum: sha256 ${sum}, expected ${this.#file.sha256}`);
    return data;
  }

  /** If part of it came from a mirror before, it is not known whose fault it was: all are tried again, each from the start. */
  #refuse(reason: string): never {
    const error = this.#mixed ? new Error(reason) : new Refused(reason);
    if (this.#mixed) this.#resumable = false;
    this.startAgain();
    throw error;
  }
}
