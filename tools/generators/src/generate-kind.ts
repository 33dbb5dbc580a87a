import { join } from 'node:path';
import { formatFiles, generateFiles, type GeneratorCallback, logger, names, type Tree } from '@nx/devkit';
import { writeSchema } from './finish-in-workspace.ts';
import { addToList, checkName, takenNames } from './kind-list.ts';
import { classNameOf, variableOf } from './kind-name.ts';

interface Place {
  /** Of the package, and its Nx project. */
  project: string;
  /** Where the new folder goes, and `kinds.ts` with the list is. */
  folder: string;
  list: string;
  /** Names that stand for something else wherever kinds of this sort are named. */
  reserved?: readonly string[];
  /** How a configuration names it. */
  example(type: string): string;
}

const places = {
  dataset: {
    project: 'data',
    folder: 'packages/data/src',
    list: 'datasets',
    example: (type) => `dataset: { type: ${type} }`,
  },
  metric: {
    project: 'evaluation',
    folder: 'packages/evaluation/src/metrics',
    list: 'metrics',
    reserved: ['loss', 'accuracy'],
    example: (type) => `evaluation: { metrics: [{ type: ${type} }] }`,
  },
  callback: {
    project: 'training',
    folder: 'packages/training/src/callbacks',
    list: 'callbacks',
    example: (type) => `training: { callbacks: [{ type: ${type} }] }`,
  },
  loss: {
    project: 'nn',
    folder: 'packages/nn/src/losses',
    list: 'losses',
    example: (type) => `training: { loss: { type: ${type} } }`,
  },
} satisfies Record<string, Place>;

/**
 * Writes a kind into the package of its like: a folder with its options, code that works, and a test; and adds it to the list of
 * those that a configuration can name.
 *
 * @returns what is to be done once the files are on disk
 * @throws Error if the name cannot be used; then nothing is written
 */
export async function generateKind(
  tree: Tree,
  what: keyof typeof places,
  { name }: { name: string },
): Promise<GeneratorCallback> {
  const place: Place = places[what];
  const root = `${place.folder}/${name}`;
  const config = what === 'dataset' ? `configs/${name}.yaml` : undefined;
  const list = { file: `${place.folder}/kinds.ts`, list: place.list };
  const taken = [...takenNames(tree, list), ...(place.reserved ?? [])];
  checkName(tree, what, name, taken, [root, `${root}.ts`, ...(config ? [config] : [])]);
  const variable = variableOf(name);
  // Datasets are named as their publishers name them, with hyphens.
  const type = what === 'dataset' ? name : variable;
  const values = {
    name,
    variable,
    type,
    className: classNameOf(name),
    snakeCase: names(name).constantName.toLowerCase(),
  };
  generateFiles(tree, join(import.meta.dirname, 'files', what), root, values);
  if (config) generateFiles(tree, join(import.meta.dirname, 'files', `${what}-config`), 'configs', values);
  addToList(tree, list, variable, `./${name}/kind.ts`);
  await formatFiles(tree);
  return () => {
    writeSchema(tree.root);
    const lines = [
      `The ${what} is in ${root}/${name}.ts, its options in kind.ts beside it.`,
      `Check it:  npx nx run-many -t lint typecheck test -p ${place.project}`,
      config ? `Train it:  npx nx run trainer:run --config ${config}` : `Use it:    ${place.example(type)}`,
    ];
    logger.info(['', ...lines].join('\n'));
  };
}
