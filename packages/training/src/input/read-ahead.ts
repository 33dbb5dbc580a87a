import { DataError } from '@glyphlab/core';
import type { StoredImages } from '@glyphlab/core/stored-images';
import { Worker } from 'node:worker_threads';

/** What the reading thread is told: the rows of the file, batch by batch, and where to put them. */
interface Pass {
  file: string;
  imageBytes: number;
  rows: Int32Array;
  batchSize: number;
  /** Whether each slot is full, int32 [SLOTS]. */
  full: SharedArrayBuffer;
  /** SLOTS batches of bytes. */
  pixels: SharedArrayBuffer;
}

/** Batches that are read before they are asked for. */
const SLOTS = 4;

/**
 * Reads the images of batches on a thread of its own, some batches before they are wanted. Only one pass at a time: another one ends
 * the one before.
 */
export class ReadAhead {
  waitedSeconds = 0;
  readonly #stored: StoredImages;
  #worker: Worker | undefined;
  #full: Int32Array = new Int32Array(0);
  #pixels: Uint8Array = new Uint8Array(0);
  #batchSize = 0;
  #size = 0;
  #batch = 0;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(stored: StoredImages) {
    this.#stored = stored;
  }

  start(order: Int32Array, batchSize: number): void {
    void this.close();
    const { file, imageBytes, rows } = this.#stored;
    [this.#batchSize, this.#size, this.#batch, this.#error] = [batchSize, order.length, 0, undefined];
    const pass: Pass = {
      file,
      imageBytes,
      rows: order.map((index) => rows[index]!),
      batchSize,
      full: new SharedArrayBuffer(4 * SLOTS),
      pixels: new SharedArrayBuffer(SLOTS * batchSize * imageBytes),
    };
    [this.#full, this.#pixels] = [new Int32Array(pass.full), new Uint8Array(pass.pixels)];
    const worker = new Worker(new URL('./read-ahead-worker.mjs', import.meta.url), { workerData: pass, execArgv: [] });
    this.#worker = worker;
    worker.unref();
    worker.on('message', () => this.#wake?.());
    worker.on('error', (cause) => {
      if (this.#worker !== worker) return;
      this.#error = new DataError('DATA_UNREADABLE', `The stored images cannot be read: ${(cause as Error).message}.`, {
        where: file,
        hint: 'Start the run again: what is missing is decoded anew. --resume goes on from the last epoch.',
        cause,
      });
      this.#wake?.();
    });
  }

  /**
   * The bytes of the next batch, good until {@link release}.
   * @throws DataError if the file cannot be read
   */
  next(): Uint8Array | Promise<Uint8Array> {
    return this.#isReady() ? this.#view() : this.#wait();
  }

  /** Gives the batch's room back for another one. */
  release(): void {
    const slot = this.#batch++ % SLOTS;
    Atomics.store(this.#full, slot, 0);
    Atomics.notify(this.#full, slot);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #isReady(): boolean {
    return Atomics.load(this.#full, this.#batch % SLOTS) === 1;
  }

  async #wait(): Promise<Uint8Array> {
    const start = performance.now();
    this.#worker?.ref();
    try {
      while (!this.#isReady()) {
        if (this.#error) throw this.#error;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#wake = undefined;
      this.#worker?.unref();
      this.waitedSeconds += (performance.now() - start) / 1000;
    }
    return this.#view();
  }

  #view(): Uint8Array {
    const { imageBytes } = this.#stored;
    const start = (this.#batch % SLOTS) * this.#batchSize * imageBytes;
    const length = Math.min(this.#batchSize, this.#size - this.#batch * this.#batchSize);
    return this.#pixels.subarray(start, start + length * imageBytes);
  }
}
