import { Command } from 'commander';

const examples = `
MODEL is a folder with model.json, such as a run writes, or a name in MLflow: runs:/<run id>/model, models:/<name>@<alias>,
models:/<name>/<version>, models:/m-<id>. The dataset is one that configurations name; a folder of pictures with one folder
per class (of train, val and test, test is used); or a configuration file, whose test set is used.

Examples:
  npx glyphlab evaluate --model .glyphlab/runs/0b54…/model --dataset mnist
  npx glyphlab evaluate --model models:/digits@champion --dataset mnist --json
  npx glyphlab evaluate --model model --dataset pictures/test
  npx glyphlab evaluate --model 0b54 91fe --dataset mnist   the mean of their probabilities, as one
  npx glyphlab evaluate --model model --dataset configs/image-folder.yaml --out results
`;

interface Options {
  model: string[];
  dataset: string;
  batchSize: string;
  skipUnreadable?: boolean;
  json?: boolean;
  out?: string;
}

/** `evaluate`: test metrics of a saved model. */
export function evaluateCommand(_setExitCode: (code: number) => void): Command {
  return new Command('evaluate')
    .description('Measure a saved model on the test part of a dataset.')
    .requiredOption(
      '--model <model...>',
      'folder of the model, or its name in MLflow; several are measured as an ensemble',
    )
    .requiredOption('--dataset <name>', 'a dataset such as mnist, a folder, or a configuration file')
    .option('--batch-size <n>', 'images per step', '256')
    .option('--skip-unreadable', 'leave out pictures of a folder that cannot be read, and say which')
    .option('--json', 'print the metrics as JSON')
    .option('--out <folder>', 'write figures, tables and every metric into this folder, as a run does')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      const { terminal } = await import('../../project/terminal.ts');
      terminal.onWait('Starting …');
      const { preloadBackend } = await import('../../project/preload-backend.ts');
      preloadBackend();
      const { describeEvaluation, evaluateModel } = await import('./evaluate-model.ts');
      const evaluation = await evaluateModel(options);
      terminal.clear();
      process.stdout.write(`${options.json ? JSON.stringify(evaluation) : describeEvaluation(evaluation)}\n`);
    });
}
