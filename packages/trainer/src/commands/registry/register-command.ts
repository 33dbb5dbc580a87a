import { Command } from 'commander';
import type { RegisterOptions } from './promote.ts';

const examples = `
RUN is a run's folder, its UUID or its MLflow id. Nothing is compared; for that there is promote. A run registers its model by
itself with tracking.register in its configuration.

Examples:
  npx glyphlab register --run .glyphlab/runs/0b54… --name digits
  npx glyphlab register --run 0b54 --name digits --alias candidate
  npx glyphlab run --config configs/fast.yaml --set 'tracking.register={ name: digits, alias: candidate }'
`;

/** `register`: makes a run's model a version of a registered model. */
export function registerCommand(setExitCode: (code: number) => void): Command {
  return new Command('register')
    .description("Make a run's model a version of a registered model in MLflow.")
    .requiredOption('--run <run>', 'the run: its folder, its UUID or its MLflow id')
    .requiredOption('--name <name>', 'registered model, such as digits; created if there is none')
    .option('--alias <alias>', 'alias for the version, even if another version has it now')
    .option('--json', 'print the version as JSON')
    .addHelpText('after', examples)
    .action(async (options: RegisterOptions) => {
      const { registerRun } = await import('./promote.ts');
      setExitCode(await registerRun(options));
    });
}
