import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '@glyphlab/core';
import { classNameOf, problemWithName, variableOf } from '../kind-name.ts';

/** What can be made, and the list of `defineProject` that it goes into. */
const groups = {
  model: 'models',
  dataset: 'datasets',
  metric: 'metrics',
  callback: 'callbacks',
  loss: 'losses',
} as const;
export type ProjectKind = keyof typeof groups;
export const projectKinds = Object.keys(groups) as ProjectKind[];

/** Names that stand for something else wherever metrics are named. */
const reserved: Partial<Record<ProjectKind, readonly string[]>> = { metric: ['loss', 'accuracy'] };

const PROJECT_FILE = 'glyphlab.config.ts';

/** Where files are read and written: Nx has it with its dry runs, and a folder is one. Paths are relative to `root`, with slashes. */
export interface Files {
  readonly root: string;
  read(path: string, encoding: 'utf8'): string | null;
  write(path: string, text: string): void;
  exists(path: string): boolean;
}

/**
 * Writes a kind into a project of one's own, `src/NAME.ts` and its test, and adds it to `glyphlab.config.ts`.
 *
 * @param from folder whose project is meant, or that of a folder above it
 * @returns what was written, relative to `root`, and how a configuration names the kind
 * @throws InputError PROJECT_NOT_FOUND, KIND_BAD_NAME, PROJECT_FILE_UNKNOWN; then nothing is written
 */
export function generateInProject(
  files: Files,
  what: ProjectKind,
  name: string,
  from = '.',
): { written: string[]; config: string; type: string } {
  const folder = projectFolder(files, from);
  const config = posix.join(folder, PROJECT_FILE);
  const text = files.read(config, 'utf8')!;
  const problem = problemWithName(name, [...declaredIn(text), ...(reserved[what] ?? [])], what);
  if (problem !== undefined) throw new InputError('KIND_BAD_NAME', problem, { where: name });
  const [source, test] = ['', '.test'].map((part) => posix.join(folder, 'src', `${name}${part}.ts`)) as [
    string,
    string,
  ];
  const present = [source, test].find((path) => files.exists(path));
  if (present !== undefined)
    throw new InputError('KIND_BAD_NAME', `${present} exists already.`, { where: name, hint: 'Choose another name.' });

  const variable = variableOf(name);
  const values: Record<string, string> = {
    name,
    variable,
    className: classNameOf(name),
    snakeCase: name.replaceAll('-', '_'),
  };
  const filled = (template: string): string => {
    const path = fileURLToPath(new URL(`../../project/${what}.${template}.txt`, import.meta.url));
    return readFileSync(path, 'utf8').replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key]!);
  };
  const extended = withKind(text, filled('kind'), groups[what], variable, config);
  files.write(source, filled('code'));
  files.write(test, filled('tests'));
  files.write(config, extended);
  return { written: [source, test, config], config, type: variable };
}

function projectFolder(files: Files, from: string): string {
  for (let folder = posix.normalize(from); ; folder = posix.dirname(folder)) {
    if (files.exists(posix.join(folder, PROJECT_FILE))) return folder;
    if (folder === '.' || folder.startsWith('..') || folder === '/') break;
  }
  throw new InputError('PROJECT_NOT_FOUND', `There is no ${PROJECT_FILE}, here or in a folder above.`, {
    where: join(files.root, from),
    hint: 'Go to the folder of your project. To make one: npm create glyphlab@latest my-digits',
  });
}

const declaredIn = (text: string): string[] =>
  [...text.matchAll(/(?:^(?:export )?(?:const|let|function|class) |[{,]\s*)(\w+)/gm)].map(([, name]) => name!);

/** The project's file with the kind before `export default defineProject(…)`, and in the list of its group. */
function withKind(text: string, kind: string, group: string, variable: string, file: string): string {
  const define = /^const \w+ = (\w+)\(/.exec(kind)![1]!;
  const call = /^export default defineProject\(\{([^]*?)\}\);?[ \t]*$/m.exec(text);
  if (!call) {
    throw new InputError(
      'PROJECT_FILE_UNKNOWN',
      'Expected `export default defineProject({ … });` with lists of names.',
      {
        where: file,
      },
    );
  }
  const body = call[1]!;
  const list = new RegExp(`(\\b${group}: \\[)([^\\]]*)\\]`);
  const listed = list.test(body)
    ? body.replace(list, (_, start: string, items: string) => {
        const others = items.trim().replace(/,$/, '');
        return `${start}${others === '' ? '' : `${others}, `}${variable}]`;
      })
    : `${body.trimEnd().replace(/,$/, '')}${body.trim() === '' ? ' ' : ', '}${group}: [${variable}]${body.includes('\n') ? ',\n' : ' '}`;
  const start = text.slice(0, call.index);
  const project = `export default defineProject({${listed}});`;
  const rest = text.slice(call.index + call[0].length);
  return imported(imported(`${start}${kind}\n${project}${rest}`, 'z', 'zod'), define, '@glyphlab/trainer');
}

/** With an import of the name, if it has none. */
function imported(text: string, name: string, from: string): string {
  const line = new RegExp(`^import \\{([^}]*)\\} from '${from}';`, 'm');
  const names = line.exec(text)?.[1]?.split(',').map((part) => part.trim()).filter(Boolean); // prettier-ignore
  if (names === undefined) return `import { ${name} } from '${from}';\n${text}`;
  if (names.includes(name)) return text;
  return text.replace(line, `import { ${[...names, name].sort().join(', ')} } from '${from}';`);
}
