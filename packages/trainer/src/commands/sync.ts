import { Command } from 'commander';

/** `sync`: sends what an earlier outage kept back. */
export function syncCommand(_setExitCode: (code: number) => void): Command {
  return new Command('sync');
}
