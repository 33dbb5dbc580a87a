import type { Tree } from '@nx/devkit';

const FILE = 'packages/trainer/src/project/registry.ts';

/** The list of models in the registry, and what is in it. */
const LIST = /(const models\b[^=]*= \[)([^\]]*)\]/;
const LAST_MODEL_IMPORT =
  /^import \{[^}]*\} from '@glyphlab\/model-[^']*';\n(?![\s\S]*^import \{[^}]*\} from '@glyphlab\/model-)/m;

const identifiers = (list: string): string[] => list.split(',').map((item) => item.trim()).filter(Boolean); // prettier-ignore

/** @throws Error if the file is no longer as this generator knows it */
function read(tree: Tree): { text: string; registered: string[] } {
  const text = tree.read(FILE, 'utf8') ?? '';
  const list = LIST.exec(text)?.[2];
  if (list === undefined) throw new Error(`${FILE}: expected a line "export const models … = [cnn, …];".`);
  return { text, registered: identifiers(list) };
}

/** Variables of the models that a configuration can name. */
export const registeredModels = (tree: Tree): string[] => read(tree).registered;

/** Adds the model's import and its place in the list. */
export function registerModel(tree: Tree, variable: string, packageName: string): void {
  const { text, registered } = read(tree);
  const line = `import { ${variable} } from '${packageName}';\n`;
  const imported = LAST_MODEL_IMPORT.test(text) ? text.replace(LAST_MODEL_IMPORT, (last) => last + line) : line + text;
  tree.write(
    FILE,
    imported.replace(LIST, (_, start: string) => `${start}${[...registered, variable].join(', ')}]`),
  );
}
