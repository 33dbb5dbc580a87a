import { Command } from 'commander';
import type { PredictOptions } from './predict-pictures.ts';

const examples = `
MODEL is a folder with model.json, such as a run writes, or a name in MLflow: runs:/<run id>/model, models:/<name>@<alias>,
models:/<name>/<version>, models:/m-<id>; or a network that comes trained, as npx glyphlab zoo lists them.

Pictures of one character each: photos or drawings, PNG, JPEG, WebP or BMP of any size, or folders of them. If one cannot be read,
the exit code is 2 and the others are still answered; a doubtful one gets a warning.

Examples:
  npx glyphlab predict --image photo.png   reads a digit with a network that comes trained
  npx glyphlab predict --model .glyphlab/runs/0b54…/model --image three.jpg
  npx glyphlab predict --model models:/digits@champion --image *.png --json
  npx glyphlab predict --model model --image seven.jpg --show seen.png
  npx glyphlab predict --model model --image scans "more/**/*.jpg" --out read.csv --show sheet.png
`;

/** `predict`: classes of a person's pictures. */
export function predictCommand(setExitCode: (code: number) => void): Command {
  return new Command('predict')
    .description('Say which class each picture shows.')
    .option('--model <model>', 'folder of the model, its name in MLflow, or one of npx glyphlab zoo', 'digits')
    .requiredOption('--image <file...>', 'pictures, folders of them, or patterns')
    .option('--show <file>', 'write what the network sees to this PNG file, a contact sheet')
    .option('--json', 'print JSON lines, one object per picture')
    .option('--csv', 'print a table: file, class, probability, the second class, warnings, error')
    .option('--out <file>', 'write it to this file instead: .csv and .jsonl choose the form')
    .addHelpText('after', examples)
    .action(async (options: PredictOptions) => {
      const { terminal } = await import('../../project/terminal.ts');
      terminal.onWait('Starting …');
      const { preloadBackend } = await import('../../project/preload-backend.ts');
      preloadBackend();
      const { predictPictures } = await import('./predict-pictures.ts');
      setExitCode(await predictPictures(options));
    });
}
