/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, as Nx loads it with require */
const { existsSync } = require('node:fs');
const { join, relative } = require('node:path');

// Nx loads generators with require, and Node 20 cannot read TypeScript: tsx does, for these imports. The package has JavaScript.
const isBuilt = existsSync(join(__dirname, 'dist'));
const from = async (file) => (await import('tsx/esm/api')).tsImport(`./src/${file}.ts`, __filename);
const inProject = 'project/generate-in-project';
const forProjects = () => (isBuilt ? import(`./dist/${inProject}.js`) : from(inProject));

/** In a clone of glyphlab, kinds are parts of its packages; elsewhere, of a project of one's own. */
const isClone = (tree) => !isBuilt && tree.exists('packages/trainer/src/project/registry.ts');

for (const what of ['model', 'dataset', 'metric', 'callback', 'loss']) {
  exports[what] = async (tree, options) => {
    if (!isClone(tree)) {
      const here = relative(tree.root, process.cwd()).replaceAll('\\', '/') || '.';
      (await forProjects()).generateInProject(tree, what, options.name, here);
    } else if (what === 'model') return (await from('generate-model')).generateModel(tree, options);
    else return (await from('generate-kind')).generateKind(tree, what, options);
  };
}
