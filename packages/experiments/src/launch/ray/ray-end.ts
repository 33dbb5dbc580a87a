import { constants } from 'node:os';
import { GlyphlabError } from '@glyphlab/core';
import type { JobEnd } from '../launcher.ts';
import type { RayJob } from './ray-client.ts';

/** The job's process, or the machine under it, went away without a word. */
const LOST = new Set([
  'JOB_SUPERVISOR_ACTOR_DIED',
  'JOB_SUPERVISOR_ACTOR_START_FAILURE',
  'JOB_SUPERVISOR_ACTOR_UNKNOWN_FAILURE',
]);

export const hasEnded = ({ status }: RayJob): boolean => status !== 'PENDING' && status !== 'RUNNING';

/** How a job ended, in the launchers' words: no exit code and no error where its node was lost. */
export function endOf({ status, driver_exit_code: exitCode, error_type: type, message }: RayJob): JobEnd {
  if (status === 'STOPPED') return { signal: 'SIGTERM' };
  if (status === 'SUCCEEDED') return { exitCode: 0 };
  if (typeof exitCode === 'number') {
    const signal = signalOf(exitCode);
    return signal ? { signal } : { exitCode };
  }
  if (LOST.has(type ?? '')) return {};
  return { error: new GlyphlabError('RAY_JOB_FAILED', message ?? 'Ray does not say why.', { hint: hintFor(type) }) };
}

/** Python says −9 of what signal 9 ended, a shell 137. */
function signalOf(exitCode: number): NodeJS.Signals | undefined {
  const number = exitCode < 0 ? -exitCode : exitCode - 128;
  return (Object.entries(constants.signals) as [NodeJS.Signals, number][]).find(([name, value]) => {
    // 130 is what a run that was told to stop ends with.
    return value === number && name !== 'SIGINT';
  })?.[0];
}

function hintFor(type: string | null | undefined): string {
  return type === 'JOB_SUPERVISOR_ACTOR_START_TIMEOUT'
    ? 'The cluster is busy with other jobs. Try later, with a smaller --parallel, or with RAY_JOB_START_TIMEOUT_SECONDS raised on its head.'
    : 'See the logs in Ray’s dashboard.';
}
