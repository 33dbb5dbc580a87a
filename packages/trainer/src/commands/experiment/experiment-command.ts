import { Command } from 'commander';
import type { ExperimentOptions } from './experiment.ts';

const examples = `
A set trains several configurations, with several seeds each, as children of one MLflow run. Finished
members are not trained again; interrupted ones resume. The results, RESULTS.md and figures, go into a folder of the same name
beside the file.

Examples:
  npx glyphlab experiment --file experiments/seed-report.yaml --parallel 2
  npx glyphlab experiment --file experiments/augmentation.yaml --dry-run   list the members
  npx glyphlab experiment --file experiments/augmentation.yaml --report    only write the results
  npx glyphlab experiment --file experiments/search.yaml --on ray --address http://head:8265   see docs/scaling.md
`;

/** `experiment`: trains a set of experiments and writes what came out. */
export function experimentCommand(setExitCode: (code: number) => void): Command {
  return new Command('experiment')
    .description('Train a set of experiments side by side, and write a table and figures of what came out.')
    .requiredOption('--file <file>', 'file of the set, such as experiments/seed-report.yaml')
    .option(
      '--parallel <n>',
      'how many members train at once; default: as in the file, else one for every `threads` cores',
    )
    .option('--on <place>', 'where members run: local or ray', 'local')
    .option('--address <url>', 'dashboard of the Ray cluster, such as http://head:8265')
    .option('--shared', 'the nodes see this workspace under the same path, so members that are cut off resume from it')
    .option(
      '--code <dir>',
      'where the project is installed on the nodes; by default it is sent to them, or with --shared used where it is',
    )
    .option('--follow <member>', 'train nothing; print the output of this member')
    .option('--report', 'train nothing; write the results of the runs there are')
    .option('--dry-run', 'train nothing and write nothing; list the members')
    .option('--no-tracking', 'keep the runs on this machine; send them later with trainer:sync')
    .addHelpText('after', examples)
    .action(async (options: ExperimentOptions) => {
      const { experiment } = await import('./experiment.ts');
      setExitCode(await experiment(options));
    });
}
