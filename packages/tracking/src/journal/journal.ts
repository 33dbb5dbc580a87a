import { join } from 'node:path';
import { JOURNAL_FILE } from '../run/run-directory.ts';
import type { JournalEntry } from './entries.ts';
import { LineWriter } from './line-writer.ts';
import { MetricLines } from './metric-line.ts';

type WithoutTime<T> = T extends unknown ? Omit<T, 'time'> : never;

/** The journal of one run, open for writing. Only the process that holds the run's lock may open it. */
export class Journal {
  /** Lines that it holds, those of earlier processes included. */
  lines: number;
  readonly #writer: LineWriter;
  readonly #metricLines = new MetricLines();

  constructor(directory: string, linesBefore: number, onTrouble: (text: string) => void) {
    this.lines = linesBefore;
    this.#writer = new LineWriter(join(directory, JOURNAL_FILE), onTrouble);
  }

  append(entry: WithoutTime<JournalEntry>, timeMs = Date.now()): void {
    this.#write(JSON.stringify({ time: timeMs, ...entry }));
  }

  appendMetrics(metrics: Readonly<Record<string, number>>, step: number, skip?: (key: string) => boolean): void {
    const line = this.#metricLines.format(metrics, step, Date.now(), skip);
    if (line !== undefined) this.#write(line);
  }

  sync(): Promise<void> {
    return this.#writer.sync();
  }

  close(): void {
    this.#writer.close();
  }

  #write(line: string): void {
    this.lines++;
    this.#writer.write(line);
  }
}
