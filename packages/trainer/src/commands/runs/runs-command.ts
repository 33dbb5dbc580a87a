import { Command } from 'commander';

const examples = `
Examples:
  npx glyphlab runs
  npx glyphlab runs --json | jq -r '.[0].id'      the last run, for --resume, --run and sync
`;

/** `runs`: the runs of this workspace. */
export function runsCommand(_setExitCode: (code: number) => void): Command {
  return new Command('runs')
    .description('List the runs of this workspace, the latest first.')
    .option('--json', 'print a JSON list')
    .addHelpText('after', examples)
    .action(async ({ json }: { json?: boolean }) => {
      const { listRuns } = await import('./list-runs.ts');
      process.stdout.write(listRuns({ json: json ?? false }));
    });
}
