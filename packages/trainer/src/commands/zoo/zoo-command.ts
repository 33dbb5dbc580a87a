import { Command } from 'commander';

const examples = `
Wherever a command takes a MODEL, a name of the zoo will do, and model.from in a configuration starts from one.

Examples:
  npx glyphlab zoo
  npx glyphlab predict --model letters --image a.png
  npx glyphlab run --config configs/emnist-20.yaml --set model.from=letters
`;

/** `zoo`: the networks that come trained. */
export function zooCommand(): Command {
  return new Command('zoo')
    .description('List the networks that come trained.')
    .option('--json', 'print JSON lines, one object per network')
    .addHelpText('after', examples)
    .action(async (options: { json?: boolean }) => {
      const { listZoo } = await import('./list-zoo.ts');
      process.stdout.write(listZoo(options.json === true));
    });
}
