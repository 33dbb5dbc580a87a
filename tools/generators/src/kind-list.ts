import type { Tree } from '@nx/devkit';
import { problemWithName } from './kind-name.ts';

/** A list of kinds in a file: `const models … = [cnn, …]`. */
export interface KindList {
  file: string;
  list: string;
}

/** @throws Error if the file is no longer as this generator knows it */
function read(tree: Tree, { file, list }: KindList): { text: string; pattern: RegExp; listed: string[] } {
  const text = tree.read(file, 'utf8') ?? '';
  const pattern = new RegExp(`(const ${list}\\b[^=]*= \\[)([^\\]]*)\\]`);
  const items = pattern.exec(text)?.[2];
  if (items === undefined) throw new Error(`${file}: expected a line "const ${list} … = [ … ];".`);
  return { text, pattern, listed: items.split(',').map((item) => item.trim()).filter(Boolean) }; // prettier-ignore
}

/** Variables that a new kind cannot be: of the kinds that a configuration can name, and of all else that the file declares or imports. */
export function takenNames(tree: Tree, list: KindList): string[] {
  const { text, listed } = read(tree, list);
  const declared = [...text.matchAll(/^(?:export )?(?:const|function) (\w+)/gm)].map(([, name]) => name!);
  const imported = [...text.matchAll(/^import (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) => names!.match(/\w+/g)!);
  return [...listed, ...declared, ...imported];
}

/** Adds a kind's import, and its place in the list. */
export function addToList(tree: Tree, list: KindList, variable: string, from: string): void {
  const { text, pattern, listed } = read(tree, list);
  const line = `import { ${variable} } from '${from}';\n`;
  const last = [...text.matchAll(/^import [^;]*;\n/gm)].at(-1);
  const end = last ? last.index + last[0].length : 0;
  const extended = text.replace(pattern, (_, start: string) => `${start}${[...listed, variable].join(', ')}]`);
  tree.write(list.file, extended.slice(0, end) + line + extended.slice(end));
}

/**
 * @param files and folders that are to be written
 * @throws Error if the name cannot be used
 */
export function checkName(
  tree: Tree,
  what: string,
  name: string,
  taken: readonly string[],
  files: readonly string[],
): void {
  const problem = problemWithName(name, taken, what);
  if (problem) throw new Error(`Cannot make a ${what} named "${name}".\n${problem}`);
  const present = files.find((file) => tree.exists(file));
  if (present) throw new Error(`Cannot make a ${what} named "${name}".\n${present} already exists.`);
}
