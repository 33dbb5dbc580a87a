import { join } from 'node:path';
import { LineWriter } from '../journal/line-writer.ts';
import { readLines } from '../journal/line-reader.ts';
import { MetricLines } from '../journal/metric-line.ts';
import { SystemMetrics } from '../records/system-metrics.ts';
import { SYSTEM_FILE } from '../run/run-directory.ts';

/** Measures the machine at once and then every so often, into a journal of its own: a file has one writer. */
export class SystemSampler {
  readonly #writer: LineWriter;
  readonly #lines = new MetricLines();
  readonly #metrics: SystemMetrics;
  readonly #timer: NodeJS.Timeout;
  #step: number;
  #busy: Promise<void>;

  constructor(directory: string, everyMs: number, onTrouble: (text: string) => void) {
    const path = join(directory, SYSTEM_FILE);
    this.#writer = new LineWriter(path, onTrouble);
    this.#metrics = new SystemMetrics(directory);
    this.#step = 0;
    // A resumed run counts on.
    this.#busy = countLines(path).then((lines) => {
      this.#step = lines;
      return this.#sample();
    });
    this.#timer = setInterval(() => {
      this.#busy = this.#busy.then(() => this.#sample());
    }, everyMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
    this.#writer.close();
  }

  async #sample(): Promise<void> {
    const line = this.#lines.format(await this.#metrics.sample(), this.#step, Date.now());
    if (line === undefined) return;
    this.#step++;
    this.#writer.write(line);
  }
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const _ of readLines(path)) lines++;
  return lines;
}
