import { Command, wholeNumber } from '@glyphlab/core/command-line';

export interface AugmentationsOptions {
  side: number;
  turns: number;
}

export const augmentationsCommand = (): Command =>
  new Command('bench:augmentations')
    .description("What each augmentation costs a step of the report's CNN, on colour images.")
    .option('--side <pixels>', 'of the images, square', wholeNumber(16), 64)
    .option('--turns <n>', 'each trains so many times, turn about; the table shows the least time', wholeNumber(1), 7)
    .addHelpText('after', `\nExamples:\n  npx nx run bench:augmentations --side 96\n`);
