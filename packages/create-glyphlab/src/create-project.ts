import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '@glyphlab/core';

const own = fileURLToPath(new URL('..', import.meta.url));

/** npm leaves these names out of packages, or reads them there. */
const renamed = { gitignore: '.gitignore', editorconfig: '.editorconfig', vscode: '.vscode', 'package.json.txt': 'package.json' }; // prettier-ignore

export interface CreatedProject {
  directory: string;
  name: string;
}

/**
 * Writes a project into a folder that is new or empty. Installs nothing.
 *
 * @throws InputError PROJECT_NOT_EMPTY, PROJECT_BAD_NAME
 */
export function createProject(folder: string): CreatedProject {
  const directory = resolve(folder);
  const name = basename(directory);
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name))
    throw new InputError('PROJECT_BAD_NAME', `A folder of this name cannot be an npm package: ${name}`, {
      where: folder,
      hint: 'Use lower-case letters and digits, with - . _ between them, such as my-digits.',
    });
  const there = existsSync(directory) ? readdirSync(directory).filter((entry) => entry !== '.git') : [];
  if (there.length > 0)
    throw new InputError('PROJECT_NOT_EMPTY', `The folder already holds ${there.slice(0, 3).join(', ')}`, {
      where: directory,
      hint: 'Give the name of a new folder, such as my-digits.',
    });
  mkdirSync(directory, { recursive: true });
  cpSync(join(own, 'template'), directory, { recursive: true });
  for (const [from, to] of Object.entries(renamed)) renameSync(join(directory, from), join(directory, to));
  const { version } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as { version: string };
  for (const file of ['package.json', 'README.md']) {
    const path = join(directory, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('{{name}}', name).replaceAll('{{version}}', version));
  }
  return { directory, name };
}
