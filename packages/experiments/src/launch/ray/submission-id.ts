import { createHash } from 'node:crypto';
import type { RayJob } from './ray-types.ts';

/**
 * The id under which a member is submitted: the same in every session and on every machine, so that Ray refuses a second one.
 * Each attempt at a member counts on.
 */
export const submissionId = (set: string, key: string, attempt: number): string => `${stem(set, key)}${attempt}`;

/** The latest attempt at a member, with its number; 0 if there was none. */
export function latestAttempt(
  jobs: readonly RayJob[],
  set: string,
  key: string,
): { attempt: number; job: RayJob | undefined } {
  const start = stem(set, key);
  const attempts = jobs.flatMap((job) => {
    const rest = job.submission_id?.startsWith(start) ? job.submission_id.slice(start.length) : '';
    return /^\d+$/.test(rest) ? [{ attempt: Number(rest), job }] : [];
  });
  return attempts.sort((a, b) => b.attempt - a.attempt)[0] ?? { attempt: 0, job: undefined };
}

/** Names of sets may hold what an address does not carry. */
function stem(set: string, key: string): string {
  const plain = set.replace(/[^A-Za-z0-9._-]/g, '-');
  const hash = plain === set ? '' : `-${createHash('sha256').update(set).digest('hex').slice(0, 6)}`;
  return `glyphlab-${plain}${hash}-${key}-`;
}
