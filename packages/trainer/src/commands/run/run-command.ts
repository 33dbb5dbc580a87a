import { Command } from 'commander';
import type { RunOptions } from '../../main.ts';

const collect = (value: string, before: string[]): string[] => [...before, value];

const examples = `
Examples:
  nx run trainer:run --config configs/quickstart.yaml
  nx run trainer:run --config configs/sgd-60.yaml --set training.epochs=2 --set seed=7
  nx run trainer:run --resume .glyphlab/runs/0b54…   go on after a crash, in the same MLflow run
`;

/** `run`: trains, evaluates, logs and saves. */
export function runCommand(setExitCode: (code: number) => void): Command {
  return new Command('run')
    .description('Train the experiment of a configuration file, evaluate it and log it to MLflow.')
    .option('--config <file>', 'configuration, as configs/quickstart.yaml')
    .option('--set <key=value>', 'override a key of the configuration; may be repeated', collect, [])
    .option('--resume <run>', 'go on with an interrupted run: its folder, its UUID or its MLflow id')
    .option('--parent <run>', 'make the run a child of this MLflow run')
    .option('--no-tracking', 'keep the run on this machine only; trainer:sync sends it if it is named')
    .addHelpText('after', examples)
    .action(async (options: RunOptions) => {
      const { main } = await import('../../main.ts');
      setExitCode(await main(options));
    });
}
