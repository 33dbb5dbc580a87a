import { ExitCode } from '@glyphlab/core';
import { Command } from 'commander';

const examples = `
A run keeps everything it logs in .glyphlab/runs/<uuid>; what MLflow could not take then is sent now. Runs go to
MLFLOW_TRACKING_URI, else to the server at 127.0.0.1:5000 if one answers, else to the workspace's private one.

Examples:
  nx run trainer:sync
  MLFLOW_TRACKING_URI=https://mlflow.example.org npx glyphlab sync
`;

/** `sync`: sends what an earlier outage kept back. Exit code 1 if something still waits. */
export function syncCommand(setExitCode: (code: number) => void): Command {
  return new Command('sync')
    .description('Send what an earlier outage kept back, and say what waits.')
    .option('--server <url>', 'address of the MLflow server')
    .option('--json', 'print the state of each run as JSON')
    .addHelpText('after', examples)
    .action(async (options: { server?: string; json?: boolean }) => {
      const { sync } = await import('./sync.ts');
      setExitCode((await sync(options)) ? ExitCode.done : ExitCode.failed);
    });
}
