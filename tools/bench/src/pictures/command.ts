import { Command, wholeNumber } from '@glyphlab/core/command-line';

export interface PicturesOptions {
  count: number;
  images: number;
  dir?: string;
}

export const picturesCommand = (): Command =>
  new Command('bench:pictures')
    .description(
      'Train on more pictures than memory should hold: the greatest memory of the run, and how long its steps waited for their images.',
    )
    .option('--count <n>', 'JPEG files of 224 × 224 pixels that are made', wholeNumber(200), 50_000)
    .option('--images <n>', 'images of the epoch that is timed', wholeNumber(100), 6_400)
    .option('--dir <dir>', 'where the files are made, and removed at the end (default: the system’s temporary folder)')
    .addHelpText(
      'after',
      `
The run is npx glyphlab run with a small CNN, which takes its images faster than most. It decodes all pictures into a file in the user's cache, which is
removed too: with the JPEG files some 9 GB on disk for 50,000. All of them are in the dataset; --images says how many are drawn.

Examples:
  npx nx run bench:pictures
  npx nx run bench:pictures --count 2000 --images 640
`,
    );
