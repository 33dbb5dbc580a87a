import { Command } from 'commander';
import type { ExperimentOptions } from './experiment.ts';

const examples = `
A set trains several configurations, with several seeds each, as parts of one MLflow run. What has finished is not trained
again; what was interrupted goes on. Results: a folder beside the file, of its name, with RESULTS.md and figures.

Examples:
  nx run trainer:experiment --file experiments/seed-report.yaml --parallel 2
  nx run trainer:experiment --file experiments/augmentation.yaml --dry-run   what there is to do
  nx run trainer:experiment --file experiments/augmentation.yaml --report    only write the results
  nx run trainer:experiment --file experiments/search.yaml --on ray --address http://head:8265   see docs/scaling.md
`;

/** `experiment`: trains a set of experiments and writes what came out. */
export function experimentCommand(setExitCode: (code: number) => void): Command {
  return new Command('experiment')
    .description('Train a set of experiments side by side, and write a table and figures of what came out.')
    .requiredOption('--file <file>', 'the set, as experiments/seed-report.yaml')
    .option('--parallel <n>', 'members side by side; default: as the file says, else processors by threads')
    .option('--on <place>', 'where members run: local, or ray', 'local')
    .option('--address <url>', 'dashboard of the Ray cluster, as http://head:8265')
    .option('--shared', 'the nodes see this workspace under the same path: members that are cut off go on from there')
    .option(
      '--code <dir>',
      'where the nodes have this project, installed; default: it is sent to them, or with --shared: where it is here',
    )
    .option('--follow <member>', 'train nothing, print what this member prints')
    .option('--report', 'train nothing, write the results of what is there')
    .option('--dry-run', 'train and write nothing, show the members')
    .option('--no-tracking', 'keep the runs on this machine only; trainer:sync can send them later')
    .addHelpText('after', examples)
    .action(async (options: ExperimentOptions) => {
      const { experiment } = await import('./experiment.ts');
      setExitCode(await experiment(options));
    });
}
