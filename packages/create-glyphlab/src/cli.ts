import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { runThisProgram } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import { createProject } from './create-project.ts';

const examples = `
Examples:
  npm create glyphlab@latest my-digits
  npm create glyphlab@latest my-digits -- --no-install
`;

/** @throws GlyphlabError PROJECT_NOT_INSTALLED if npm fails */
function create(folder: string, { install }: { install: boolean }): void {
  const { directory } = createProject(folder);
  const here = relative(process.cwd(), directory) || '.';
  console.log(`A project is in ${here}.`);
  if (install) {
    console.log('Installing what it needs …');
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status } = spawnSync('npm', args, {
      cwd: directory,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0)
      throw new GlyphlabError('PROJECT_NOT_INSTALLED', 'npm could not install what the project needs.', {
        where: directory,
        hint: `Its message is above. To try again: cd ${here} && npm install`,
      });
  }
  const steps = [here !== '.' && `cd ${here}`, !install && 'npm install', 'npx glyphlab run --config configs/first.yaml', 'npm test']; // prettier-ignore
  console.log(`\nWhat to do next:\n\n${steps.filter(Boolean).map((step) => `  ${step}\n`).join('')}`); // prettier-ignore
}

await runThisProgram(() =>
  new Command('create-glyphlab')
    .description('Make a project that trains a network of your own, tracks every run and exports the model.')
    .argument('[folder]', 'a new or empty folder; its name becomes that of the package', 'my-digits')
    .option('--no-install', 'only write the files')
    .addHelpText('after', examples)
    .action(create),
);
