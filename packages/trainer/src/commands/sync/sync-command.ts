import { Command } from 'commander';
import type { SyncArguments } from './sync.ts';

const examples = `
A run keeps everything it logs in .glyphlab/runs/<uuid>; what MLflow could not take then is sent now. Runs go to
MLFLOW_TRACKING_URI, else to the server at 127.0.0.1:5000 if one answers, else to the workspace's private one.

Examples:
  npx glyphlab sync
  MLFLOW_TRACKING_URI=https://mlflow.example.org npx glyphlab sync
  npx glyphlab sync 0b54…                a run of --no-tracking is sent only if it is named
  npx glyphlab sync --retry-refused      what was too large, once the server takes more
`;

/** `sync`: sends what an earlier outage kept back. Exit code 1 if something still waits or was refused. */
export function syncCommand(setExitCode: (code: number) => void): Command {
  return new Command('sync')
    .description('Send what an outage kept back, and say what is still waiting.')
    .argument('[runs...]', 'folders, UUIDs or MLflow ids of runs; default: all but those of --no-tracking')
    .option('--server <url>', 'send every run to this MLflow server, whatever other servers have')
    .option('--retry-refused', 'send again what servers have refused')
    .option('--json', 'print the state of each run as JSON')
    .addHelpText('after', examples)
    .action(async (runs: string[], options: Omit<SyncArguments, 'runs'>) => {
      const { sync } = await import('./sync.ts');
      setExitCode((await sync({ runs, ...options })) ? 0 : 1);
    });
}
