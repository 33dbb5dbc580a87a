import { Command } from 'commander';

const examples = `
Examples:
  nx run trainer:predict --model .glyphlab/runs/0b54…/model --image three.jpg
`;

/** `predict`: classes of a person's pictures. */
export function predictCommand(_setExitCode: (code: number) => void): Command {
  return new Command('predict').addHelpText('after', examples);
}
