import { JOURNAL_FILE, SYSTEM_FILE } from '../run/run-directory.ts';
import type { Attempt, DrainContext } from './attempt.ts';
import { isBatch, nextWork, type Batch, type Single } from './batches.ts';
import { Cursor, type Position } from './cursor.ts';
import { EntryQueue } from './entry-queue.ts';
import { RunLostError } from './failure.ts';
import { sendBatch } from './send-batch.ts';
import { sendSingle } from './send-single.ts';

/**
 * Sends a run's journal to a server, from where the cursor stands. The cursor moves only over what is confirmed, so an attempt
 * that fails anywhere is made good by the next one; whatever the server had of it already, it recognises.
 */
export class RunDrain {
  readonly #context: DrainContext;
  readonly #queues: EntryQueue[];

  constructor(context: Omit<DrainContext, 'cursor'>) {
    const cursor = Cursor.open(context.directory, context.server.identity);
    this.#context = { ...context, cursor };
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
        this.#context.onMessage('The server does not have this run any more; it is sent again from the beginning.');
        this.#context.cursor.startOver();
      }
      for (const queue of this.#queues) queue.rewind(this.#context.cursor.position(queue.file));
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.close()));
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
