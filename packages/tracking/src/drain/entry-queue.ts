import { join } from 'node:path';
import type { JournalEntry } from '../journal/entries.ts';
import { LineReader, type Line } from '../journal/line-reader.ts';
import { parseEntry } from '../journal/logged-before.ts';
import type { Position } from './cursor.ts';

export interface QueuedEntry {
  /** Undefined if the line is damaged. */
  entry: JournalEntry | undefined;
  text: string;
  /** Where the file stands after this entry. */
  end: Position;
}

/** Takes the entries of a file that is still being written one after the other, holding no more than a chunk of it. */
export class EntryQueue {
  readonly file: string;
  readonly #reader: LineReader;
  #position: Position;
  #lines: Line[] = [];
  #next = 0;

  constructor(directory: string, file: string, position: Position) {
    this.file = file;
    this.#reader = new LineReader(join(directory, file));
    this.#position = position;
  }

  /** The next entry, which stays the next one; undefined if there is none now. */
  async peek(): Promise<QueuedEntry | undefined> {
    if (this.#next === this.#lines.length) {
      this.#lines = await this.#reader.read(this.#position.bytes);
      this.#next = 0;
    }
    const line = this.#lines[this.#next];
    return (
      line && {
        entry: parseEntry(line.text),
        text: line.text,
        end: { bytes: line.end, lines: this.#position.lines + 1 },
      }
    );
  }

  /** Goes past the entry that `peek` gave. */
  take(): void {
    const line = this.#lines[this.#next++]!;
    this.#position = { bytes: line.end, lines: this.#position.lines + 1 };
  }

  /** Goes back: what came after was not confirmed. */
  rewind(position: Position): void {
    this.#position = position;
    this.#lines = [];
    this.#next = 0;
  }

  /** Bytes that were not taken yet. */
  async waitingBytes(): Promise<number> {
    return Math.max(0, (await this.#reader.size()) - this.#position.bytes);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
