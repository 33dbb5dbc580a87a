import { Command } from 'commander';
import type { PromoteOptions } from './promote.ts';

const examples = `
RUN is a run's folder, its UUID or its MLflow id. Its model becomes a version of the registered model and gets the alias if
its test accuracy is no lower than that of the version that has the alias now, on the same test images; else nothing changes
and the exit code is 1.

Examples:
  npx glyphlab promote --run .glyphlab/runs/0b54… --name digits --alias champion
  npx glyphlab promote --run 7f3a9c… --name digits --alias champion --json
  npx glyphlab promote --run 0b54 --name digits --alias champion --force   whatever the comparison says
`;

/** `promote`: gives an alias of a registered model to a run's model, if it is no worse than the present one. */
export function promoteCommand(setExitCode: (code: number) => void): Command {
  return new Command('promote')
    .description("Make a run's model the champion, unless the present one is better.")
    .requiredOption('--run <run>', 'the run: its folder, its UUID or its MLflow id')
    .requiredOption('--name <name>', 'registered model, such as digits; created if there is none')
    .requiredOption('--alias <alias>', 'alias to give, such as champion')
    .option('--force', 'promote it even if it is worse or cannot be compared')
    .option('--json', 'print the comparison as JSON')
    .addHelpText('after', examples)
    .action(async (options: PromoteOptions) => {
      const { promote } = await import('./promote.ts');
      setExitCode(await promote(options));
    });
}
