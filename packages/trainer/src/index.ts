export { runCli } from './cli.ts';
export { findModel } from './find-model.ts';
export { type ModelCard, readModel } from './model-files.ts';
export { runsDir } from './workspace.ts';
