import { Command, wholeNumber } from '@glyphlab/core/command-line';

export interface WritersOptions {
  out: string;
  count: number;
}

export const writersCommand = (): Command =>
  new Command('bench:writers')
    .description('Make the letters that experiments/new-writer.yaml learns: Cyrillic ones in four hands.')
    .option('--out <dir>', 'folder to write; must not exist', 'letters')
    .option('--count <n>', 'pictures of each letter and hand', wholeNumber(2), 12)
    .addHelpText(
      'after',
      `
The hands are fonts made after handwriting. Each picture is drawn from the font's outline, turned, slanted, stretched and bent by
chance, the same every time. They are no handwriting of people, and say little about how well that is read.

Examples:
  npx nx run bench:writers
  npx glyphlab experiment --file experiments/new-writer.yaml
`,
    );
