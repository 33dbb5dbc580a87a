import { visible } from './format.ts';
import { hideSecrets } from './secrets.ts';
import type { OnProgress, Progress } from './progress.ts';

/** The part of `process.stderr` that is needed. */
export interface ProgressStream {
  isTTY?: boolean;
  /** Width of the terminal in characters; it changes with the window. */
  columns?: number;
  write(text: string): unknown;
}

/** Waits between two lines: on a terminal the line is rewritten, elsewhere each is kept. */
const terminalIntervalMs = 100;
const logIntervalMs = 2000;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/**
 * As `Downloading x.gz  12 MB of 53 MB (23 %)`; where that does not fit into `columns`, without the amounts, and then cut.
 */
export function describeProgress(progress: Progress, columns = Infinity): string {
  const whole = describeWhole(progress);
  if (whole.length <= columns) return whole;
  const { label, done, total, note } = progress;
  const short = total ? [label, percentOf(done, total), note].filter(Boolean).join('  ') : whole;
  return short.length <= columns ? short : `${[...short].slice(0, Math.max(0, columns - 1)).join('')}…`;
}

const percentOf = (done: number, total: number): string => `${Math.min(100, Math.floor((100 * done) / total))} %`;

function describeWhole({ label, done, total, unit, note = '' }: Progress): string {
  const amount = (value: number) => (unit === 'bytes' ? megabytes(value) : String(value));
  const suffix = unit && unit !== 'bytes' ? ` ${unit}` : '';
  const end = note && `  ${note}`;
  if (!total) return `${label}  ${amount(done)}${suffix}${end}`;
  return `${label}  ${amount(done)} of ${amount(total)}${suffix} (${percentOf(done, total)})${end}`;
}

/**
 * Prints progress and messages for a person, on standard error. On a terminal the progress is one line that is rewritten and
 * never longer than the terminal is wide; in a log it is a line every 2 s, so that what is quick prints none.
 */
export function progressPrinter(stream: ProgressStream = process.stderr, now: () => number = Date.now) {
  const intervalMs = stream.isTTY ? terminalIntervalMs : logIntervalMs;
  const erase = stream.isTTY ? '\r\u001b[K' : '';
  let label = '';
  let nextMs = 0;
  let isShown = false;

  const onProgress: OnProgress = (progress) => {
    if (progress.label !== label) {
      label = progress.label;
      nextMs = now() + (stream.isTTY ? 0 : intervalMs);
    }
    if (now() < nextMs) return;
    nextMs = now() + intervalMs;
    const line = describeProgress(progress, width());
    if (stream.isTTY) rewrite(line);
    else stream.write(`${line}\n`);
  };

  /** How many characters of a line do not wrap. A character in the last column makes some terminals begin a new line. */
  const width = () => (stream.isTTY ? (stream.columns || 80) - 1 : Infinity);
  const rewrite = (line: string) => {
    isShown = true;
    stream.write(erase + line);
  };

  /** Shows a line on a terminal until anything else is printed; a log gets nothing. */
  const onWait = (what: string) => {
    if (stream.isTTY) rewrite([...what].slice(0, width()).join(''));
  };

  /** Takes the progress away, before something is printed on standard output. */
  const clear = () => {
    label = '';
    if (isShown) stream.write(erase);
    isShown = false;
  };

  /** Prints a line; on a terminal in the place of the progress. */
  const onMessage = (message: string) => {
    label = '';
    isShown = false;
    stream.write(`${erase}${visible(hideSecrets(message))}\n`);
  };
  return { onProgress, onMessage, onWait, clear, width };
}
