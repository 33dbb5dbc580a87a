import { join, parse, relative } from 'node:path';
import { runThisProgram } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import { generateInProject, type ProjectKind, projectKinds } from './generate-in-project.ts';
import { onDisk } from './on-disk.ts';

function generate(what: ProjectKind, name: string): void {
  // All of the disk, so that a project of a folder above is found.
  const files = onDisk(parse(process.cwd()).root);
  const from = relative(files.root, process.cwd()).replaceAll('\\', '/') || '.';
  const { written, type } = generateInProject(files, what, name, from);
  for (const path of written) console.log(relative(process.cwd(), join(files.root, path)));
  console.log(`A configuration names it by type: ${type}.`);
}

await runThisProgram(() => {
  const program = new Command('generators').description('Write a part of your own into a project of glyphlab.');
  for (const what of projectKinds)
    program
      .command(what)
      .description(`A ${what} that works, to start from, with its test; glyphlab.config.ts gets it too.`)
      .argument('<name>', 'in kebab-case, as wide-net')
      .action((name: string) => generate(what, name));
  return program;
});
