import { readFileSync } from 'node:fs';
import { ERROR_TAG, type RunRecord } from '@glyphlab/tracking';
import type { JobEnd } from '../launch/launcher.ts';

/** By these a process is asked to end: before its run is open it does so without a word. */
const REQUESTS: readonly (NodeJS.Signals | undefined)[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** How a member's process ended; `cutOff` is without a word: killed, or out of memory. */
export type Outcome = { kind: 'finished' } | { kind: 'stopped' | 'failed'; problem: string } | { kind: 'cutOff' };

/**
 * The run's own word counts more than the exit code: a run is finished even if sending it was not.
 *
 * @param record of the run that the process wrote, if it came as far as that
 */
export function outcomeOf(
  record: RunRecord | undefined,
  { exitCode, signal, error }: JobEnd,
  logFile: string,
): Outcome {
  const problem = record?.tags[ERROR_TAG];
  switch (record?.status) {
    case 'FINISHED':
      return { kind: 'finished' };
    case 'FAILED':
      return { kind: 'failed', problem: problem ?? lastWords(logFile) };
    case 'KILLED':
      return { kind: 'stopped', problem: problem ?? 'It was told to stop.' };
    default:
      if (REQUESTS.includes(signal)) return { kind: 'stopped', problem: 'It was told to stop.' };
      if (error !== undefined) return { kind: 'failed', problem: `It could not be started: ${String(error)}` };
      return exitCode === undefined ? { kind: 'cutOff' } : { kind: 'failed', problem: lastWords(logFile) };
  }
}

const MAX_LINES = 6;

/** The end of what a process printed: where it fails before its run is open, its error stands there. */
function lastWords(logFile: string): string {
  try {
    const text = readFileSync(logFile, 'utf8').trimEnd();
    const lines = text.split('\n');
    const error = lines.findLastIndex((line) => /^\w*Error\b/.test(line));
    return (
      lines
        .slice(error >= 0 ? error : -MAX_LINES)
        .slice(0, MAX_LINES)
        .join('\n') || 'It said nothing.'
    );
  } catch {
    return 'It said nothing.';
  }
}
