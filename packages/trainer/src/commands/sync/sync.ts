import { type SyncedRun, syncRuns } from '@glyphlab/tracking';
import { terminal } from '../../project/terminal.ts';
import { runsDir, workspaceDir } from '../../project/workspace.ts';

/**
 * Sends every run that waits and prints what became of each.
 * @returns whether nothing waits any more
 */
export async function sync({ server, json }: { server?: string; json?: boolean }): Promise<boolean> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort(new Error(`Interrupted by ${signal}.`)));
  }
  const runs = await syncRuns({
    runsDir: runsDir(),
    workspaceDir: workspaceDir(),
    ...terminal,
    ...(server !== undefined && { server }),
    signal: interruption.signal,
  });
  if (json) process.stdout.write(`${JSON.stringify(runs)}\n`);
  else process.stdout.write(runs.length === 0 ? 'There are no runs in this workspace.\n' : runs.map(describe).join(''));
  return runs.every(({ state }) => state === 'sent' || state === 'complete' || state === 'in-use');
}

function describe({ uuid, name, state, sent, waiting, url, error }: SyncedRun): string {
  const what = {
    sent: `sent ${sent} entries`,
    complete: 'complete',
    'in-use': 'in use by a process',
    waiting: `${waiting} entries wait${error === undefined ? '' : `: ${error}`}`,
    damaged: `damaged${error === undefined ? '' : `: ${error}`}`,
  }[state];
  return `${uuid}  ${name}  ${what}${url === undefined ? '' : `  ${url}`}\n`;
}
