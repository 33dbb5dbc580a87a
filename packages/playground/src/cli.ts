import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError, ExitCode, GlyphlabError, InputError } from '@glyphlab/core';

const help = `A page where one draws and a trained network answers, all in the browser.

  npx nx run playground:serve    shows the page of a model, until Ctrl-C
  npx nx run playground:build    writes the page as a static folder, which any web server can publish

Options
  --model MODEL   its folder, or its name in MLflow (default: the one trained last in this workspace)
  --out DIR       folder that build writes (default: dist/playground)
  --port PORT     where serve answers (default: 4173; the next free one if that is taken)
  --open          serve opens the page in your browser
  --help          this text

Examples
  npx nx run playground:serve --model models:/digits@champion
  npx nx run playground:build --model .glyphlab/runs/0b54…/model --out public
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  model: { type: 'string' },
  out: { type: 'string' },
  port: { type: 'string' },
  open: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

async function build({ model, out = join('dist', 'playground') }: Values): Promise<void> {
  const { buildPlayground } = await import('./build/build-playground.ts');
  const { name } = await buildPlayground({ model, out: resolve(out) });
  console.log(`The page of ${name}: ${relative('.', out) || '.'}`);
  console.log('Any web server can publish this folder, under any address.');
}

async function serve({ model, port = '4173', open }: Values): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new InputError('PORT_INVALID', `Expected a port from 0 to 65535. Received: ${port}.`, { where: '--port' });
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-playground-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  let exitCode: ExitCode = ExitCode.interrupted;
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(exitCode));
  const { buildPlayground } = await import('./build/build-playground.ts');
  const { servePlayground } = await import('./build/serve-playground.ts');
  const { name } = await buildPlayground({ model, out: directory });
  const { url } = await servePlayground(directory, Number(port), open);
  // From here on, ending it is what a person means to do.
  exitCode = ExitCode.done;
  console.log(`The page of ${name}: ${url}\nPress Ctrl-C to end it.`);
}

const commands: Record<string, (values: Values) => Promise<void>> = { build, serve };

async function main(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const command = commands[positionals[0] ?? ''];
  if (values.help || !command || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(help);
    return values.help ? ExitCode.done : ExitCode.wrongInput;
  }
  await command(values);
  return ExitCode.done;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // parseArgs throws a TypeError with a code of its own for options it does not know.
  const badOption = error instanceof TypeError && 'code' in error;
  console.error(badOption ? `${error.message}\n\n${help}` : describeError(error));
  const known = error instanceof GlyphlabError ? error.exitCode : ExitCode.failed;
  process.exitCode = badOption ? ExitCode.wrongInput : known;
}
