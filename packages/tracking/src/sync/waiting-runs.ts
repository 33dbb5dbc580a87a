import { lockHolder } from '../run-lock.ts';
import { listRunDirectories } from '../run-directory.ts';
import { lookAtRun } from './run-outlook.ts';

/**
 * How many runs no server has all of, though no process is training or sending them: there was no server, or the process was
 * killed, and then MLflow may show the run as running.
 */
export async function countWaitingRuns(runsDir: string): Promise<number> {
  const idle = listRunDirectories(runsDir).filter((directory) => lockHolder(directory) === undefined);
  const outlooks = await Promise.all(idle.map(lookAtRun));
  return outlooks.filter(({ beginning, isSent }) => beginning !== undefined && !isSent).length;
}
