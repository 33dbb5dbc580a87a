import * as tf from '@tensorflow/tfjs';
import { type Batch, type ImageSource, type ImageStream, isStream } from './image-source.ts';
import { ReadAhead } from './read-ahead.ts';

/** Makes the batches of a source, in the order that is asked for. */
export class Batches {
  readonly #source: ImageSource;
  readonly #readAhead: ReadAhead | undefined;
  #labels: Int32Array | undefined;
  #order: Int32Array = new Int32Array(0);
  #size = 0;

  constructor(source: ImageSource) {
    this.#source = source;
    if (!isStream(source)) return;
    this.#readAhead = new ReadAhead(source.stored);
    this.#labels = source.labels.dataSync() as Int32Array;
  }

  /** Seconds that steps have waited for their images so far; undefined where all are in memory. */
  get waitedSeconds(): number | undefined {
    return this.#readAhead?.waitedSeconds;
  }

  /** Begins a pass: from here on images are read. @param order of the source's rows */
  start(order: Int32Array, batchSize: number): void {
    this.#order = order;
    this.#size = batchSize;
    this.#readAhead?.start(order, batchSize);
  }

  /** The batch that starts at place `from` of the order; the caller disposes of it. A promise only where it is not there yet. */
  next(from: number): Batch | Promise<Batch> {
    const rows = this.#order.subarray(from, from + this.#size);
    if (!this.#readAhead) return { rows: tf.tensor1d(rows, 'int32') };
    const bytes = this.#readAhead.next();
    const make = (read: Uint8Array): Batch => this.#tensors(read, rows);
    return bytes instanceof Promise ? bytes.then(make) : make(bytes);
  }

  async close(): Promise<void> {
    await this.#readAhead?.close();
  }

  #tensors(bytes: Uint8Array, rows: Int32Array): Batch {
    const { imageShape } = this.#source as ImageStream;
    const images = tf.tensor4d(Float32Array.from(bytes), [rows.length, ...imageShape] as [number, number, number, number]);
    this.#readAhead!.release();
    return { images, labels: tf.tensor1d(rows.map((row) => this.#labels![row]!), 'int32') };
  }
} // prettier-ignore

/** Rows in their order. */
export const inOrder = (size: number): Int32Array => Int32Array.from({ length: size }, (_, k) => k);
