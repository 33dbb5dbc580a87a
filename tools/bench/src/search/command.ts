import { Command, listOf, wholeNumber } from '@glyphlab/core/command-line';
import { listOption } from '../commands.ts';

export interface SearchBenchOptions {
  seeds: number[];
  budget: number;
  out: string;
}

export const searchCommand = (): Command =>
  new Command('bench:search')
    .description(
      'Random search, ASHA, TPE and TPE with ASHA side by side: the best validation accuracy found by the epochs that were trained.',
    )
    .addOption(listOption('--seeds <list>', 'a search of each kind for each', listOf(wholeNumber(1)), [1, 2, 3, 4, 5]))
    .option('--budget <n>', 'epochs that the trials of one search may train together', wholeNumber(2), 60)
    .option('--out <folder>', 'where trials, table and figure go', 'experiments/search-methods')
    .addHelpText(
      'after',
      `
A trial is two epochs of a small network on the 10,000 digits that come with npm. All searches of a seed draw from the same list,
so a configuration that several of them try is trained once. Trials that the folder holds are not trained again: a comparison that
was cut off goes on.

Examples:
  npx nx run bench:search
  npx nx run bench:search --seeds 1 --budget 30 --out /tmp/search
`,
    );
