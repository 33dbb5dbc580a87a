import { Command, Option } from 'commander';
import type { ExportOptions } from './export-model.ts';

const examples = `
MODEL is a folder with model.json, such as a run writes, or a name in MLflow, as models:/digits@champion. Every run writes tfjs and
ONNX into it already; this is for other formats, other places and models of earlier releases.

  onnx        model.onnx for any ONNX runtime, with MLmodel, so that MLflow serves the folder; takes raw pixels 0–255
  savedmodel  for TensorFlow and what builds on it; takes raw pixels 0–255
  tfjs        model.json and weights.bin for TensorFlow.js; takes pixels / 127.5 - 1

Examples:
  npx glyphlab export --model .glyphlab/runs/0b54…/model --format onnx --out digits
  npx glyphlab export --model model --format savedmodel --out digits/1
  npx glyphlab export --model 0b54 91fe --format onnx --out both   the mean of their probabilities, as one model
`;

/** `export`: a saved model in another format. */
export function exportCommand(_setExitCode: (code: number) => void): Command {
  return new Command('export')
    .description('Write a saved model in another format, with its model card.')
    .requiredOption(
      '--model <model...>',
      'folder of the model, or its name in MLflow; several are written as one: an ensemble',
    )
    .addOption(
      new Option('--format <format>', 'what to write').choices(['onnx', 'tfjs', 'savedmodel']).makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--force', 'write into the folder even if it is not empty')
    .addHelpText('after', examples)
    .action(async (options: ExportOptions) => {
      const { exportModel } = await import('./export-model.ts');
      await exportModel(options);
    });
}
