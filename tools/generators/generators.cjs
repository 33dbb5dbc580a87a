// Nx loads generators with require, and Node 20 cannot read TypeScript: tsx does, for these imports.
const from = async (file) => (await import('tsx/esm/api')).tsImport(file, __filename);

exports.model = async (tree, options) => (await from('./src/generate-model.ts')).generateModel(tree, options);

for (const what of ['dataset', 'metric', 'callback', 'loss']) {
  exports[what] = async (tree, options) => (await from('./src/generate-kind.ts')).generateKind(tree, what, options);
}
