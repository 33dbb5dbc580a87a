import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { GlyphlabError } from '@glyphlab/core';
import { type Code, git } from '../../project/git.ts';

/** The code of a run in a worktree of its own; `remove` takes it away again. */
export interface Checkout {
  /** The workspace in it, which may be a folder of the repository. */
  directory: string;
  remove(): Promise<void>;
}

/**
 * Checks out a run's code beside the workspace, with its changes, its packages, and the workspace's runs.
 *
 * @param hasOtherPackages install its own packages instead of using those that are here
 * @param signal ends it in between; nothing of it stays then
 * @throws GlyphlabError if the patch does not fit or the packages cannot be installed; the signal's reason
 */
export async function checkOut(
  workspaceDir: string,
  { commit, patch }: Code,
  hasOtherPackages: boolean,
  signal: AbortSignal,
): Promise<Checkout> {
  const parent = mkdtempSync(join(tmpdir(), 'glyphlab-again-'));
  const worktree = join(parent, 'workspace');
  const remove = async (): Promise<void> => {
    await git(workspaceDir, ['worktree', 'remove', '--force', worktree]).catch(() => undefined);
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    await git(workspaceDir, ['worktree', 'add', '--quiet', '--detach', worktree, commit]);
    if (patch !== undefined) {
      const file = join(parent, 'changes.patch');
      writeFileSync(file, patch);
      await git(worktree, ['apply', '--whitespace=nowarn', file]);
    }
    const directory = join(worktree, (await git(workspaceDir, ['rev-parse', '--show-prefix'])).trimEnd());
    mkdirSync(directory, { recursive: true });
    signal.throwIfAborted();
    if (hasOtherPackages) await install(directory, signal);
    else linkPackages(workspaceDir, directory);
    mkdirSync(join(directory, '.glyphlab'), { recursive: true });
    symlinkSync(join(workspaceDir, '.glyphlab', 'runs'), join(directory, '.glyphlab', 'runs'));
    return { directory, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function install(directory: string, signal: AbortSignal): Promise<void> {
  try {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: directory, maxBuffer: 2 ** 26, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new GlyphlabError('AGAIN_NO_PACKAGES', `Its packages cannot be installed: ${(cause as Error).message}`, {
      where: directory,
      hint: 'They are listed in its package-lock.json. Is there a network connection?',
      cause,
    });
  }
}

/** Folders of packages of ours may have packages of their own; those that are ours stay ours, of the checkout. */
function linkPackages(from: string, to: string): void {
  for (const folder of foldersWithPackages(from)) {
    const [source, target] = [join(folder, 'node_modules'), join(to, relative(from, folder), 'node_modules')];
    if (!existsSync(dirname(target))) continue;
    linkEntries(source, target, from, to);
  }
}

/** The folders are real, so that git takes them for what it ignores; what is in them is linked. */
function linkEntries(source: string, target: string, from: string, to: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [there, here] = [join(source, entry.name), join(target, entry.name)];
    if (entry.name.startsWith('@') && entry.isDirectory()) linkEntries(there, here, from, to);
    else if (entry.isSymbolicLink() && isOurs(there, from))
      symlinkSync(join(to, relative(realpathSync(from), realpathSync(there))), here);
    else symlinkSync(there, here);
  }
}

/** A package of the workspace, which npm links. */
const isOurs = (link: string, from: string): boolean =>
  existsSync(link) &&
  statSync(link).isDirectory() &&
  !relative(realpathSync(from), realpathSync(link)).includes('node_modules');

function foldersWithPackages(workspaceDir: string): string[] {
  const parents = ['packages', 'packages/models', 'tools'].map((parent) => join(workspaceDir, parent));
  const folders = parents.filter(existsSync).flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)));
  return [workspaceDir, ...folders].filter((folder) => existsSync(join(folder, 'node_modules')));
}
