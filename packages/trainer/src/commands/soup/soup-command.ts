import { Command } from 'commander';
import type { SoupOptions } from './soup.ts';

const examples = `
A soup is one network whose weights are the mean of others' weights (Wortsman et al. 2022). They must share a beginning: runs that
start from one network (model.from) and differ in settings. The configuration names the dataset: batch norms learn their statistics
anew from its training images, and its validation images say what the soup is worth. Test images are not read.

Examples:
  npx glyphlab soup --model 0b54 91fe 77ab --config configs/own-letters.yaml --out soup
  npx glyphlab soup --model 0b54 91fe 77ab --greedy --config configs/own-letters.yaml --out soup
  npx glyphlab evaluate --model soup --dataset configs/own-letters.yaml
`;

/** `soup`: the mean of networks' weights. */
export function soupCommand(_setExitCode: (code: number) => void): Command {
  return new Command('soup')
    .description('Average the weights of models that share a beginning into one model.')
    .requiredOption('--model <model...>', 'folders of the models, or their names in MLflow; two or more')
    .requiredOption('--config <file>', 'configuration with the dataset, and the seed of its validation split')
    .option('--greedy', 'take only models that do not make the soup worse on validation images')
    .requiredOption('--out <dir>', 'folder to write the model to')
    .option('--json', 'print the validation results as JSON')
    .addHelpText('after', examples)
    .action(async (options: SoupOptions) => {
      const { terminal } = await import('../../project/terminal.ts');
      terminal.onWait('Starting …');
      const { preloadBackend } = await import('../../project/preload-backend.ts');
      preloadBackend();
      const { cookSoup, describeSoup } = await import('./soup.ts');
      const result = await cookSoup(options);
      terminal.clear();
      process.stdout.write(`${options.json ? JSON.stringify(result) : describeSoup(result)}\n`);
    });
}
