import { spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const workspace = join(import.meta.dirname, '../../../..');

/** Made by tools, or large. What TypeScript has built already is copied: it need not be built again. */
const LEFT_OUT = new Set(['.git', '.nx', '.glyphlab', '.mlflow', 'node_modules', 'coverage', 'dist']);

/**
 * A copy of this workspace, as it is now, in a temporary folder. Its packages are its own; what is installed is this workspace's,
 * by links, as a copy would take long.
 */
export class ScratchWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), 'generators-'));

  constructor() {
    cpSync(workspace, this.root, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !LEFT_OUT.has(basename(path)),
    });
    linkInstalled(join(workspace, 'node_modules'), join(this.root, 'node_modules'));
    for (const folder of ['packages', 'packages/models', 'tools']) {
      for (const name of readdirSync(join(workspace, folder))) this.#linkOwnModules(join(folder, name));
    }
  }

  /** Runs a command as a user would in this workspace. */
  run(program: string, ...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: this.root,
      env: userEnvironment(),
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Dependencies that a package has in another version than the rest. */
  #linkOwnModules(project: string): void {
    const modules = join(workspace, project, 'node_modules');
    if (lstatSync(modules, { throwIfNoEntry: false })) symlinkSync(modules, join(this.root, project, 'node_modules'));
  }
}

/** Links each package; links to packages of the workspace are copied: relative as they are, they lead into the copy. */
function linkInstalled(from: string, to: string): void {
  const own = '@glyphlab';
  mkdirSync(join(to, own), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== own) symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, own)))
    symlinkSync(readlinkSync(join(from, own, name)), join(to, own, name));
}

/** Without what the test's own Nx and vitest have set, and without a daemon that would stay behind. */
function userEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([key]) => !/^(NX_|VITEST|NODE_ENV|INIT_CWD)/.test(key));
  return { ...Object.fromEntries(own), NX_DAEMON: 'false', CI: 'true', NO_COLOR: '1' };
}
