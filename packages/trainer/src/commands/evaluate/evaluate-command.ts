import { Command } from 'commander';

const examples = `
MODEL is a folder with model.json, as a run leaves it, or a name in MLflow: runs:/<run id>/model, models:/<name>@<alias>,
models:/<name>/<version>, models:/m-<id>. The dataset is one of those that configurations name; a folder of pictures, one folder a
class (of folders train, val and test, the test is taken); or a configuration file, of whose dataset the test part counts.

Examples:
  nx run trainer:evaluate --model .glyphlab/runs/0b54…/model --dataset mnist
  npx glyphlab evaluate --model models:/digits@champion --dataset mnist --json
  npx glyphlab evaluate --model model --dataset pictures/test
  npx glyphlab evaluate --model model --dataset configs/image-folder.yaml
`;

interface Options {
  model: string;
  dataset: string;
  batchSize: string;
  skipUnreadable?: boolean;
  json?: boolean;
}

/** `evaluate`: test metrics of a saved model. */
export function evaluateCommand(_setExitCode: (code: number) => void): Command {
  return new Command('evaluate')
    .description('Measure a saved model on the test part of a dataset.')
    .requiredOption('--model <model>', 'folder of the model, or its name in MLflow')
    .requiredOption('--dataset <name>', 'dataset, as mnist; a folder; or a configuration file')
    .option('--batch-size <n>', 'images a step', '256')
    .option('--skip-unreadable', 'leave out pictures of a folder that cannot be read, and say which')
    .option('--json', 'print the metrics as JSON')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      const [{ percent }, { terminal }] = await Promise.all([
        import('@glyphlab/core'),
        import('../../project/terminal.ts'),
      ]);
      terminal.onWait('Starting …');
      const { evaluateModel } = await import('./evaluate-model.ts');
      const evaluation = await evaluateModel(options);
      const { accuracy, loss, macro, calibration, count } = evaluation;
      if (options.json) {
        process.stdout.write(`${JSON.stringify(evaluation)}\n`);
        return;
      }
      terminal.clear();
      process.stdout.write(
        `Test accuracy ${percent(accuracy)} of ${count.toLocaleString('en')} images\n` +
          `Loss ${loss.toFixed(4)}, macro F1 ${percent(macro.f1)}, expected calibration error ${percent(calibration.expectedCalibrationError)}\n`,
      );
    });
}
