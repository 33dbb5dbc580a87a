export { runCli } from './cli.ts';
export { runsDir, workspaceDir } from './project/workspace.ts';
