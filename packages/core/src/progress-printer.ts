import { hideSecrets } from './secrets.ts';
import type { OnProgress, Progress } from './progress.ts';

/** The part of `process.stderr` that is needed. */
export interface ProgressStream {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Waits between two lines: on a terminal the line is rewritten, elsewhere each is kept. */
const terminalIntervalMs = 100;
const logIntervalMs = 2000;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** As `Downloading x.gz  12 of 53 MB (23 %)`. */
export function describeProgress({ label, done, total, unit, note = '' }: Progress): string {
  const amount = (value: number) => (unit === 'bytes' ? megabytes(value) : String(value));
  const suffix = unit && unit !== 'bytes' ? ` ${unit}` : '';
  const end = note && `  ${note}`;
  if (!total) return `${label}  ${amount(done)}${suffix}${end}`;
  const percent = Math.min(100, Math.floor((100 * done) / total));
  return `${label}  ${amount(done)} of ${amount(total)}${suffix} (${percent} %)${end}`;
}

/**
 * Prints progress and messages for a person, on standard error. On a terminal the progress is one line that is rewritten;
 * in a log it is a line every 2 s, so that what is quick prints none.
 */
export function progressPrinter(stream: ProgressStream = process.stderr, now: () => number = Date.now) {
  const intervalMs = stream.isTTY ? terminalIntervalMs : logIntervalMs;
  const erase = stream.isTTY ? '\r\u001b[K' : '';
  let label = '';
  let nextMs = 0;

  const onProgress: OnProgress = (progress) => {
    if (progress.label !== label) {
      label = progress.label;
      nextMs = now() + (stream.isTTY ? 0 : intervalMs);
    }
    if (now() < nextMs) return;
    nextMs = now() + intervalMs;
    stream.write(erase + describeProgress(progress) + (stream.isTTY ? '' : '\n'));
  };

  /** Prints a line; on a terminal in the place of the progress. Call it at the end, if only with the last message. */
  const onMessage = (message: string) => {
    label = '';
    stream.write(`${erase}${hideSecrets(message)}\n`);
  };
  return { onProgress, onMessage };
}
