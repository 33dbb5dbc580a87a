export { runCli } from './cli.ts';
export { findModel } from './model/find-model.ts';
export { type ModelCard, readModel } from './model/model-files.ts';
export { runsDir } from './project/workspace.ts';
