import { InputError } from '@glyphlab/core';
import { Command } from 'commander';
import type { DataOptions } from './inspect-data.ts';

type Options = Omit<DataOptions, 'config'> & { config?: string; labelErrors?: string[] };

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const examples = `
Look before you train: how many images of each class are in each part, sizes, files that cannot be read, and images that are
there twice, exactly or nearly: one in both training and test makes results look better than they are.

Examples:
  npx glyphlab data --config configs/image-folder.yaml
  npx glyphlab data --config configs/image-folder.yaml dataset.directory=pictures --html data.html
  npx glyphlab data --config configs/quickstart.yaml --json
  npx glyphlab data --label-errors experiments/label-errors.yaml --html labels.html
`;

/** `data`: what is in a dataset. */
export function dataCommand(setExitCode: (code: number) => void): Command {
  return new Command('data')
    .description('Look at the data of a configuration before training on them.')
    .option('--config <file>', 'configuration file, such as configs/image-folder.yaml')
    .argument('[key=value...]', 'the same without --set')
    .option('--set <key=value>', 'override a key of the configuration; may be repeated', collect)
    .option(
      '--label-errors <run...>',
      'instead, list labels that are probably wrong, found by cross-validation: the file of a set with folds, or its runs',
    )
    .option('--html <file>', 'write one page with pictures to this file')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', examples)
    .action(async (overrides: string[], { config, labelErrors, ...options }: Options) => {
      if ((config === undefined) === (labelErrors === undefined))
        throw new InputError(
          'DATA_WHICH',
          `Expected either --config or --label-errors. Received: ${config === undefined ? 'neither' : 'both'}.`,
          { hint: 'For example: --config configs/image-folder.yaml. See --help.' },
        );
      const { terminal } = await import('../../project/terminal.ts');
      terminal.onWait('Starting …');
      if (labelErrors) {
        const { tellLabelErrors } = await import('./label-errors.ts');
        return setExitCode(await tellLabelErrors({ ...options, labelErrors }));
      }
      const { inspectData } = await import('./inspect-data.ts');
      setExitCode(await inspectData({ ...options, config: config!, set: [...(options.set ?? []), ...overrides] }));
    });
}
