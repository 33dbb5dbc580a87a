import { join } from 'node:path';
import { formatFiles, generateFiles, type GeneratorCallback, readJson, type Tree, updateJson } from '@nx/devkit';
import { finishInWorkspace } from './finish-in-workspace.ts';
import { classNameOf, variableOf } from './kind-name.ts';
import { addToList, checkName, takenNames } from './kind-list.ts';

interface Package {
  version: string;
  dependencies?: Record<string, string>;
}

interface TypeScriptConfig {
  references: { path: string }[];
}

const files = join(import.meta.dirname, 'files');
const models = { file: 'packages/trainer/src/project/registry.ts', list: 'models' };

/**
 * Writes a model package with a small network that works, its test and an example configuration, and registers it with the trainer.
 *
 * @returns what is to be done once the files are on disk
 * @throws Error if the name cannot be used; then nothing is written
 */
export async function generateModel(tree: Tree, { name }: { name: string }): Promise<GeneratorCallback> {
  const root = `packages/models/${name}`;
  const config = `configs/${name}.yaml`;
  checkName(tree, 'model', name, takenNames(tree, models), [root, config]);
  const packageName = `@glyphlab/model-${name}`;
  const variable = variableOf(name);
  const nn = readJson<Package>(tree, 'packages/nn/package.json');
  const dependencies = {
    '@glyphlab/nn': nn.version,
    '@tensorflow/tfjs': nn.dependencies!['@tensorflow/tfjs'],
    zod: nn.dependencies!['zod'],
  };
  generateFiles(tree, join(files, 'model'), root, {
    name,
    variable,
    className: classNameOf(name),
    packageName,
    dependencies,
  });
  generateFiles(tree, join(files, 'model-config'), 'configs', { name });

  addToList(tree, models, variable, packageName);
  updateJson<Package>(tree, 'packages/trainer/package.json', (trainer) => ({
    ...trainer,
    dependencies: sorted({ ...trainer.dependencies, [packageName]: '0.1.0' }),
  }));
  addReference(tree, 'tsconfig.json', `./${root}`);
  addReference(tree, 'packages/trainer/tsconfig.json', `../models/${name}`);
  await formatFiles(tree);
  return () => finishInWorkspace(tree.root, { name, packageName, root, config });
}

/** As npm sorts them. */
const sorted = (dependencies: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What `nx sync` would add. */
function addReference(tree: Tree, file: string, path: string): void {
  updateJson<TypeScriptConfig>(tree, file, (config) => ({ ...config, references: [...config.references, { path }] }));
}
