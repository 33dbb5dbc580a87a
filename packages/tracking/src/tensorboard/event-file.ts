import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseEntry } from '../journal/logged-before.ts';
import { JournalTail, readRun } from '../journal/run-follower.ts';
import { encodeEvent } from './event.ts';
import { frameRecord, recordEnds } from './records.ts';
import { toEvent } from './to-event.ts';

const NAME = 'events.out.tfevents.';

/** So much is gathered before it is written. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * A run's journal as an event file of TensorBoard, `DIR/EXPERIMENT/NAME-ID/events.out.tfevents.…`.
 *
 * Each line of the journal that TensorBoard shows something of is one record. So the number of whole records tells how far an
 * earlier writer came, however it ended: what it left of a record is cut off, and the file goes on with the next line.
 */
export class EventFile {
  readonly directory: string;
  readonly #run: string;
  readonly #tail: JournalTail;
  readonly #file: string;
  /** Lines that an earlier writer has written. */
  #written: number;

  /**
   * @param run directory of the run, whose journal has begun
   * @param logdir what TensorBoard is pointed to
   * @throws an error of the file system if it cannot be written there
   */
  constructor(run: string, logdir: string) {
    const record = readRun(run)!;
    this.#run = run;
    this.directory = join(
      logdir,
      folderName(record.experiment),
      `${folderName(record.name)}-${record.uuid.slice(0, 8)}`,
    );
    mkdirSync(this.directory, { recursive: true });
    const present = readdirSync(this.directory).find((name) => name.startsWith(NAME));
    const seconds = Math.floor(record.startedMs / 1000);
    this.#file = join(
      this.directory,
      present ?? `${NAME}${String(seconds).padStart(10, '0')}.${hostname()}.glyphlab.v2`,
    );
    this.#written = present === undefined ? 0 : this.#cutTorn();
    // Its first record says which kind of file it is.
    if (this.#written === 0)
      writeFileSync(
        this.#file,
        frameRecord(encodeEvent({ wallTime: record.startedMs / 1000, fileVersion: 'brain.Event:2' })),
      );
    else this.#written--;
    this.#tail = new JournalTail(run);
  }

  /** Writes what the journal has more since the last call. */
  update(): void {
    let chunk: Buffer[] = [];
    let bytes = 0;
    const write = (): void => {
      if (bytes > 0) appendFileSync(this.#file, Buffer.concat(chunk));
      [chunk, bytes] = [[], 0];
    };
    for (const line of this.#tail.lines()) {
      const entry = parseEntry(line);
      const event = entry && toEvent(entry, this.#run);
      if (!event) continue;
      if (this.#written > 0) {
        this.#written--;
        continue;
      }
      const record = frameRecord(encodeEvent(event));
      chunk.push(record);
      bytes += record.length;
      if (bytes > CHUNK_BYTES) write();
    }
    write();
  }

  /** @returns whole records of the file, which has no others then */
  #cutTorn(): number {
    const ends = recordEnds(readFileSync(this.#file));
    truncateSync(this.#file, ends.at(-1) ?? 0);
    return ends.length;
  }
}

/** A name of one folder on any disk. */
const folderName = (name: string): string => name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, '-').replace(/^\.+/, '') || 'run';
