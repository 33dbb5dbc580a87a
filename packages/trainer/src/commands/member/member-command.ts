import { Command } from 'commander';
import type { MemberOptions } from './member.ts';

/** `member`: what a cluster starts for a member of a set. */
export function memberCommand(setExitCode: (code: number) => void): Command {
  return new Command('member')
    .description('Train a member of a set on a cluster; trainer:experiment --on ray starts it.')
    .option('--config-base64 <text>', 'the whole configuration')
    .option('--resume <run>', 'go on with this run, once the process that had it is known to be gone')
    .option('--parent <run>', 'make the run a child of this MLflow run')
    .option('--relay', 'keep the run in a folder of its own, and print its journal')
    .option('--no-tracking', 'send the run to no server')
    .action(async (options: MemberOptions) => {
      const { member } = await import('./member.ts');
      setExitCode(await member(options));
    });
}
