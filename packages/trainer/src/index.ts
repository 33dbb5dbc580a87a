export { runCli } from './cli.ts';
export { models } from './project/registry.ts';
export { runsDir, workspaceDir } from './project/workspace.ts';
