// Nx loads generators with require, and Node 20 cannot read TypeScript: tsx does, for this one import.
module.exports = async (tree, options) => {
  const { tsImport } = await import('tsx/esm/api');
  const { generateModel } = await tsImport('./src/generate-model.ts', __filename);
  return generateModel(tree, options);
};
