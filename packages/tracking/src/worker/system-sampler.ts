import { join } from 'node:path';
import { LineWriter } from '../journal/line-writer.ts';
import { readLines } from '../journal/line-reader.ts';
import { parseEntry } from '../journal/logged-before.ts';
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
    this.#busy = nextStep(path).then((step) => {
      this.#step = step;
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

/** One after the last that is there, not the number of lines: one may be missing. */
async function nextStep(path: string): Promise<number> {
  let [step, lines] = [0, 0];
  for await (const { text } of readLines(path)) {
    const entry = parseEntry(text);
    if (entry?.type === 'metrics') step = Math.max(step, entry.step + 1);
    lines++;
  }
  return Math.max(step, lines);
}
