import { Command } from 'commander';
import type { CompareOptions } from './compare-runs.ts';

const examples = `
Shows only what differs: configuration, code with uncommitted changes, data, environment, metrics, and whether a difference in test
accuracy is real (McNemar's exact test on the same test images; over seeds, Welch's). RUN as for \`runs\`.

Examples:
  npx glyphlab compare 0b54 91fe
  npx glyphlab compare best --html best.html       the members of a set, as a page
  npx glyphlab compare 0b54 91fe --md change.md    with figures beside it
  npx glyphlab compare --where 'set = models and model.type in (cnn, resnet)'
`;

/** `compare`: what differs between runs. */
export function compareCommand(_setExitCode: (code: number) => void): Command {
  return new Command('compare')
    .description('Compare runs: only what differs, and whether it is real.')
    .argument('[runs...]', 'two or more, or names of sets')
    .option('--where <condition>', 'the runs that match')
    .option('--md [file]', 'as markdown: printed, or into a file with its figures beside it')
    .option('--html <file>', 'as one page that needs no network')
    .option('--code', 'print the whole difference in the code, not only which files')
    .option('--offline', 'ask no MLflow server')
    .addHelpText('after', examples)
    .action(async (runs: string[], options: Omit<CompareOptions, 'runs'>) => {
      const { compareRuns } = await import('./compare-runs.ts');
      process.stdout.write(await compareRuns({ runs, ...options }));
    });
}
