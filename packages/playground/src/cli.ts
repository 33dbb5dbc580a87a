import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { InputError } from '@glyphlab/core';
import { END_SIGNALS, ExitCode, runThisProgram } from '@glyphlab/core/command-line';
import { zooNames } from '@glyphlab/zoo';
import { Command } from 'commander';

const examples = `
Examples:
  npx nx run playground:serve --model models:/digits@champion
  npx nx run playground:serve --model letters clothing
  npx nx run playground:serve --keep kept       then train on what was wrong: dataset.extra.directory=kept
  npx nx run playground:build --model .glyphlab/runs/0b54…/model --out public
`;

const MODEL = 'folders of models, or their names in MLflow or in npx glyphlab zoo, of which the page offers a choice';
const LAST = 'the one trained last in this workspace, else digits';

interface BuildOptions {
  model?: string[];
  out: string;
}

interface ServeOptions {
  model?: string[];
  port: string;
  open?: boolean;
  keep?: string;
}

async function build({ model, out }: BuildOptions): Promise<void> {
  const { buildPlayground } = await import('./build/build-playground.ts');
  const { name } = await buildPlayground({ models: model, out: resolve(out) });
  console.log(`The page of ${name}: ${relative('.', out) || '.'}`);
  console.log('Any web server can publish this folder, under any address.');
}

async function serve({ model, port, open, keep }: ServeOptions): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new InputError('PORT_INVALID', `Expected a port from 0 to 65535. Received: ${port}.`, { where: '--port' });
  if (keep !== undefined && (model?.length ?? 1) > 1)
    throw new InputError('KEEP_SEVERAL_MODELS', 'Pictures are kept for one model: its classes name their folders.', {
      where: '--model',
      hint: 'Name one model, or leave out --keep.',
    });
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-playground-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  let exitCode: ExitCode = ExitCode.interrupted;
  for (const signal of END_SIGNALS) process.once(signal, () => process.exit(exitCode));
  const { buildPlayground } = await import('./build/build-playground.ts');
  const { servePlayground } = await import('./build/serve-playground.ts');
  const { keepPictures, prepareKeepFolder } = await import('./build/keep-pictures.ts');
  const folder = keep === undefined ? undefined : resolve(keep);
  // What is kept is of one network's classes.
  const others = model === undefined && folder === undefined ? zooNames() : [];
  const page = await buildPlayground({ models: model, others, out: directory, keep: folder });
  if (folder !== undefined) prepareKeepFolder(folder, page);
  const plugins = folder === undefined ? [] : [keepPictures(folder, page)];
  const { url } = await servePlayground(directory, Number(port), { open: open ?? false, plugins });
  // From here on, ending it is what a person means to do.
  exitCode = ExitCode.done;
  const kept = folder === undefined ? '' : `Pictures that you keep: ${relative('.', folder) || '.'}\n`;
  console.log(`The page of ${page.name}: ${url}\n${kept}Press Ctrl-C to end it.`);
}

await runThisProgram(() => {
  const program = new Command('playground').description(
    'A page where you draw and a trained network answers, all in the browser.',
  );
  program
    .command('serve')
    .description('Show the page of a model, until Ctrl-C.')
    .option('--model <model...>', `${MODEL} (default: ${LAST}, and those of the zoo)`)
    .option('--port <port>', 'port of the page; the next free one if it is taken', '4173')
    .option('--open', 'open the page in your browser')
    .option(
      '--keep <dir>',
      'let the page save pictures with their right class in this folder, one subfolder per class (default: none are saved)',
    )
    .addHelpText('after', examples)
    .action(serve);
  program
    .command('build')
    .description('Write the page as a static folder, which any web server can publish.')
    .option('--model <model...>', `${MODEL} (default: ${LAST})`)
    .option('--out <dir>', 'folder to write', join('dist', 'playground'))
    .addHelpText('after', examples)
    .action(build);
  return program;
});
