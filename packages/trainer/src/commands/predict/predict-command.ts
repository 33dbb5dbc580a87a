import { Command } from 'commander';
import type { PredictOptions } from './predict-pictures.ts';

const examples = `
MODEL is a folder with model.json, as a run leaves it, or a name in MLflow: runs:/<run id>/model, models:/<name>@<alias>,
models:/<name>/<version>, models:/m-<id>.

Pictures of one character each: photos or drawings, PNG, JPEG, WebP or BMP of any size. A picture that cannot be read ends
with exit code 2, after all others have been answered; one that is merely doubtful gets a warning.

Examples:
  nx run trainer:predict --model .glyphlab/runs/0b54…/model --image three.jpg
  npx glyphlab predict --model models:/digits@champion --image *.png --json
  npx glyphlab predict --model model --image seven.jpg --show seen.png
`;

/** `predict`: classes of a person's pictures. */
export function predictCommand(setExitCode: (code: number) => void): Command {
  return new Command('predict')
    .description('Say which class each picture shows.')
    .requiredOption('--model <model>', 'folder of the model, or its name in MLflow')
    .requiredOption('--image <file...>', 'pictures')
    .option('--show <file>', 'write what the network sees to this PNG file')
    .option('--json', 'print a JSON object a picture, one a line')
    .addHelpText('after', examples)
    .action(async (options: PredictOptions) => {
      const { predictPictures } = await import('./predict-pictures.ts');
      setExitCode(await predictPictures(options));
    });
}
