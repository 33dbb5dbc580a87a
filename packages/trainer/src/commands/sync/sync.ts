import { END_SIGNALS } from '@glyphlab/core/command-line';
import { findRunDirectory, type SyncedRun, syncRuns } from '@glyphlab/tracking';
import { terminal } from '../../project/terminal.ts';
import { runsDir, unexpectedWorkspace, workspaceDir } from '../../project/workspace.ts';

export interface SyncArguments {
  /** All but those that are to stay here, if there are none. */
  runs: readonly string[];
  server?: string;
  retryRefused?: boolean;
  json?: boolean;
}

const DONE: ReadonlySet<SyncedRun['state']> = new Set(['sent', 'complete', 'in-use', 'untracked'] as const);

/**
 * Sends every run that waits and prints what became of each.
 * @returns whether nothing waits any more, and servers have all
 */
export async function sync({ runs, server, retryRefused, json }: SyncArguments): Promise<boolean> {
  const interruption = new AbortController();
  for (const signal of END_SIGNALS) {
    process.once(signal, () => interruption.abort(new Error(`Interrupted by ${signal}.`)));
  }
  const unexpected = unexpectedWorkspace();
  if (unexpected !== undefined) terminal.onMessage(unexpected);
  const synced = await syncRuns({
    runsDir: runsDir(),
    workspaceDir: workspaceDir(),
    ...terminal,
    ...(runs.length > 0 && { runs: runs.map((run) => findRunDirectory(runsDir(), run)) }),
    ...(server !== undefined && { server }),
    ...(retryRefused && { retryRefused }),
    signal: interruption.signal,
  });
  if (json) process.stdout.write(`${JSON.stringify(synced)}\n`);
  else
    process.stdout.write(
      synced.length === 0 ? 'There are no runs in this workspace.\n' : synced.map(describe).join(''),
    );
  return synced.every(({ state, refused }) => DONE.has(state) && refused.length === 0);
}

function describe({ uuid, name, state, sent, waiting, refused, url, openWith, error }: SyncedRun): string {
  const what = {
    sent: `sent ${sent} entries`,
    complete: 'complete',
    'in-use': 'in use by a process',
    waiting: `${waiting} entries wait${error === undefined ? '' : `: ${error}`}`,
    untracked: 'stays on this machine; name it to send it',
    damaged: `damaged${error === undefined ? '' : `: ${error}`}`,
  }[state];
  const but = refused.length > 0 && state !== 'waiting' ? `, but for ${refused.length} that the server refused` : '';
  const page = url === undefined ? '' : `  ${url}${openWith === undefined ? '' : `  (after: ${openWith})`}`;
  return [`${uuid}  ${name}  ${what}${but}${page}`, ...refusedLines(refused)].map((line) => `${line}\n`).join('');
}

/** What a server refused, the reason once where it is the same, and how to send it again. */
export function refusedLines(refused: SyncedRun['refused']): string[] {
  if (refused.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { what, reason } of refused) {
    // Its first line has the address, which differs from file to file.
    const words = reason.replace(/^.*\n\s*/, '').replace(/\s*\n\s*/g, ' ');
    byReason.set(words, [...(byReason.get(words) ?? []), what]);
  }
  return [
    ...[...byReason].map(([reason, names]) => `  not in MLflow: ${listed(names)}: ${reason}`),
    '  To send it again once the server takes it: npx glyphlab sync --retry-refused',
  ];
}

const MAX_NAMES = 5;

const listed = (names: readonly string[]): string =>
  names.length > MAX_NAMES
    ? `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`
    : names.join(', ');
