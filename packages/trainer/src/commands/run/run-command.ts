import { InputError } from '@glyphlab/core';
import { wholeNumber } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import type { RunOptions } from '../../main.ts';

/** As commander hands them over. */
type TypedOptions = Omit<RunOptions, 'set'> & {
  set?: string[];
  printConfig?: boolean;
  findLr?: boolean;
  from?: string;
  anyway?: boolean;
};

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const examples = `
Examples:
  npx glyphlab run --config configs/quickstart.yaml
  npx glyphlab run --config configs/sgd-60.yaml training.epochs=2 seed=7
  npx glyphlab run --config configs/sgd-60.yaml training.optimizer.type=adam --print-config
  npx glyphlab run --config configs/sgd-60.yaml --find-lr
  npx glyphlab run --config configs/fast.yaml training.epochs=1 --profile 20
  npx glyphlab run --from 0b54…                    the same again; says whether the result is
  npx glyphlab run --resume .glyphlab/runs/0b54…   resume after a crash, in the same MLflow run
`;

/** `run`: trains, evaluates, logs and saves. */
export function runCommand(setExitCode: (code: number) => void): Command {
  const command = new Command('run')
    .alias('train')
    .description('Train the experiment of a configuration file, evaluate it and log it to MLflow.')
    .option('--config <file>', 'configuration file, such as configs/quickstart.yaml')
    .argument('[key=value...]', 'the same without --set')
    .option('--set <key=value>', 'override a key of the configuration; may be repeated', collect)
    .option('--print-config', 'train nothing; print the whole configuration, with where each value was written')
    .option('--find-lr', 'train nothing; look for a learning rate in about 150 steps, and draw the curve')
    .option('--profile <steps>', 'also trace this many steps: where their time goes, op by op', wholeNumber(1))
    .option('--resume <run>', 'resume an interrupted run: its folder, its UUID or its MLflow run id')
    .option('--from <run>', 'repeat this run: its configuration, code, uncommitted changes and packages')
    .option('--anyway', 'with --from: continue even if something that the run needs is gone')
    .option('--parent <run>', 'make the run a child of this MLflow run')
    .option('--no-tracking', 'keep the run on this machine; glyphlab sync sends it only if you name it')
    .addHelpText('after', examples)
    .action(async (overrides: string[], { printConfig, findLr, from, anyway, ...options }: TypedOptions) => {
      if (from !== undefined) {
        const { refuseBeside, repeatRun } = await import('../again/repeat-run.ts');
        refuseBeside({ ...options, printConfig, findLr, overrides: overrides.length > 0 || undefined });
        setExitCode(await repeatRun({ from, anyway, tracking: options.tracking }));
        return;
      }
      const given = { ...options, set: [...(options.set ?? []), ...overrides] };
      if (printConfig) {
        const { printExperiment } = await import('../../run/read-experiment.ts');
        process.stdout.write(await printExperiment(given));
        return;
      }
      if (findLr) {
        refuseBesideSearch(options);
        const { findRate } = await import('../../run/find-rate.ts');
        setExitCode(await findRate(given));
        return;
      }
      const { terminal } = await import('../../project/terminal.ts');
      terminal.onWait('Starting …');
      const { startRun } = await import('../../run/start-run.ts');
      setExitCode(await startRun(given));
    });
  return command;
}

/** What makes sense for a run only. */
function refuseBesideSearch({ resume, parent, profile }: Pick<RunOptions, 'resume' | 'parent' | 'profile'>): void {
  if (resume === undefined && parent === undefined && profile === undefined) return;
  throw new InputError('FIND_LR_WITH_RUN', 'A learning rate is looked for before there is a run.', {
    where: resume !== undefined ? '--resume' : parent !== undefined ? '--parent' : '--profile',
    hint: 'Give --config alone.',
  });
}
