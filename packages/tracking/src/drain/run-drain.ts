import { describeError } from '@glyphlab/core';
import { parseEntry } from '../journal/logged-before.ts';
import { JOURNAL_FILE, SYSTEM_FILE } from '../run/run-directory.ts';
import type { Attempt, DrainContext } from './attempt.ts';
import { isBatch, nextWork, type Batch, type Single, sendBatch } from './batches.ts';
import { Cursor, type Position } from './cursor.ts';
import { EntryQueue } from './entry-queue.ts';
import { RunLostError } from './failure.ts';
import {
  keepRefused,
  readRefused,
  refusedFile,
  type RefusedLine,
  type RefusedThing,
  replaceRefused,
  toRefusedThing,
} from './refused.ts';
import { sendSingle } from './send-single.ts';

/**
 * Sends a run's journal to a server, from where the cursor stands. The cursor moves only over what is confirmed, so an attempt
 * that fails anywhere is made good by the next one; whatever the server had of it already, it recognises.
 */
export class RunDrain {
  readonly #context: DrainContext;
  readonly #queues: EntryQueue[];

  constructor(context: Omit<DrainContext, 'cursor' | 'refuse'>) {
    const cursor = Cursor.open(context.directory, context.server.identity);
    this.#context = { ...context, cursor, refuse: (what, error) => this.#refuse(what, error) };
    this.#queues = [JOURNAL_FILE, SYSTEM_FILE].map(
      (file) => new EntryQueue(context.directory, file, cursor.position(file)),
    );
  }

  /** Lines of the journal that are confirmed. */
  get delivered(): number {
    return this.#context.cursor.position(JOURNAL_FILE).lines;
  }

  /** Bytes of its journals that are confirmed. */
  get deliveredBytes(): number {
    return this.#queues.reduce((sum, { file }) => sum + this.#context.cursor.position(file).bytes, 0);
  }

  get url(): string | undefined {
    return this.#context.cursor.state.url;
  }

  /** What the server did not take. */
  get refused(): readonly RefusedThing[] {
    const { directory, server } = this.#context;
    return readRefused(directory, server.identity).map(toRefusedThing);
  }

  /** Bytes that were written and not sent. */
  async waitingBytes(): Promise<number> {
    const waiting = await Promise.all(this.#queues.map((queue) => queue.waitingBytes()));
    return waiting.reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * Sends all that waits, one request after the other: a server with one worker, which MLflow starts with sqlite, is slower
   * at two.
   *
   * @throws what the server or the connection failed with; call it again later
   */
  async pump(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const attempt = { ...this.#context, signal, onProgress };
    try {
      for (let work = await nextWork(this.#queues); work; work = await nextWork(this.#queues)) {
        await send(work, attempt);
        this.#confirm(work.ends);
        onProgress();
      }
    } catch (error) {
      if (error instanceof RunLostError) {
        this.#context.onMessage('The server no longer has this run; sending it again from the beginning.');
        this.#context.cursor.startOver();
        replaceRefused(this.#context.directory, this.#context.server.identity, []);
      }
      for (const queue of this.#queues) queue.rewind(this.#context.cursor.position(queue.file));
      throw error;
    }
  }

  /**
   * Sends again what the server has refused: a limit may have been lifted since.
   *
   * @throws what the server or the connection failed with; what was not tried is kept
   */
  async retryRefused(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const { directory, server, cursor } = this.#context;
    const left = readRefused(directory, server.identity);
    const again: RefusedLine[] = [];
    const attempt: Attempt = {
      ...this.#context,
      signal,
      onProgress,
      refuse: (what, error) =>
        again.push({ time: Date.now(), server: server.identity, what, error: describeError(error) }),
    };
    try {
      for (let line = left[0]; line; line = left[0]) {
        await sendRefused(line.what, attempt);
        left.shift();
      }
    } finally {
      replaceRefused(directory, server.identity, [...again, ...left]);
      cursor.state.refused = again.length + left.length;
      cursor.save();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  #refuse(what: unknown, error: unknown): void {
    const { directory, server, cursor, onMessage } = this.#context;
    keepRefused(directory, server.identity, what, error);
    cursor.state.refused++;
    if (cursor.state.refused === 1)
      onMessage(
        `The server refused something, the rest goes on: ${describeError(error)}\n  It is kept in ${refusedFile(directory)}.`,
      );
  }

  #confirm(ends: ReadonlyMap<string, Position>): void {
    const { cursor } = this.#context;
    for (const [file, position] of ends) cursor.state.positions[file] = position;
    cursor.save();
  }
}

async function send(work: Batch | Single, attempt: Attempt): Promise<void> {
  await (isBatch(work) ? sendBatch(work, attempt) : sendSingle(work, attempt));
}

/** Sends what a line of refused things holds. */
async function sendRefused(what: unknown, attempt: Attempt): Promise<void> {
  if (typeof what === 'string') return sendSingle({ entry: undefined, text: what }, attempt);
  const text = JSON.stringify(what);
  const entry = parseEntry(text);
  if (entry) return sendSingle({ entry: entry as Single['entry'], text }, attempt);
  const { metrics = [], params = {}, tags = {} } = what as Partial<Batch>;
  // What is not finite stands there as a word.
  const points = metrics.map((point) => ({ ...point, value: Number(point.value) }));
  return sendBatch({ metrics: points, params, tags }, attempt);
}
