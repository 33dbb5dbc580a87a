import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { logger } from '@nx/devkit';

interface Generated {
  name: string;
  packageName: string;
  /** Folder and file, relative to the workspace. */
  root: string;
  config: string;
}

/**
 * What needs the new files on disk: the package becomes importable, and part of package-lock.json and of the schema by which editors
 * check configurations. Works without a network, as all that the package depends on is installed.
 */
export function finishInWorkspace(workspace: string, { name, packageName, root, config }: Generated): void {
  link(join(workspace, 'node_modules', packageName), join(workspace, root));
  // Only the lock file: installing anew could change what else is in node_modules.
  run(workspace, 'npm', ['install', '--package-lock-only', '--offline', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeSchema(workspace);
  logger.info(
    [
      '',
      `The network is in ${root}/src/${name}.ts.`,
      `Check it:  npx nx run-many -t lint typecheck test -p model-${name}`,
      `Train it:  npx nx run trainer:run --config ${config}`,
    ].join('\n'),
  );
}

/** Makes editors complete what has been added. */
export const writeSchema = (workspace: string): void =>
  run(workspace, process.execPath, ['--import', 'tsx', 'packages/trainer/src/project/schema-file.ts']);

function link(from: string, to: string): void {
  if (existsSync(from)) return;
  mkdirSync(dirname(from), { recursive: true });
  symlinkSync(relative(dirname(from), to), from, 'dir');
}

/** @throws Error with what the program printed, if it fails */
function run(cwd: string, program: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  const said = error?.message ?? `${stdout}${stderr}`.trim();
  throw new Error(`The files are written, but this failed: ${[program, ...args].join(' ')}\n${said}`);
}
