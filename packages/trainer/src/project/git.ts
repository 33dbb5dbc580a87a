import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { GlyphlabError } from '@glyphlab/core';

/**
 * Output of a git command.
 *
 * @throws GlyphlabError GIT_FAILED with what git said
 */
export async function git(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  try {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 27 };
    return (await promisify(execFile)('git', args, options)).stdout;
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new GlyphlabError('GIT_FAILED', (stderr?.trim() || message).slice(0, 2000), {
      where: `git ${args.slice(0, 2).join(' ')}`,
      cause,
    });
  }
}

/** Whether the repository has a commit. */
export const hasCommit = (cwd: string, commit: string): Promise<boolean> =>
  git(cwd, ['cat-file', '-e', `${commit}^{commit}`]).then(
    () => true,
    () => false,
  );

/** What was trained: a commit, and what it lacked. */
export interface Code {
  commit: string;
  patch: string | undefined;
}

/**
 * The difference between two states of the code, uncommitted changes included, as `git diff` shows it. Nothing is written to the
 * repository.
 *
 * @throws GlyphlabError GIT_FAILED if a commit is missing, or a patch does not fit
 */
export async function diffCode(cwd: string, from: Code, to: Code): Promise<{ stat: string; text: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'glyphlab-code-'));
  try {
    const objects = join(folder, 'objects');
    const own = (await git(cwd, ['rev-parse', '--git-path', 'objects'])).trimEnd();
    const env = {
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: resolve(cwd, own),
    };
    await git(cwd, ['init', '--quiet', '--bare', folder]);
    const top = (await git(cwd, ['rev-parse', '--show-toplevel'])).trimEnd();
    const trees: string[] = [];
    for (const [k, { commit, patch }] of [from, to].entries()) {
      const index = { ...env, GIT_INDEX_FILE: join(folder, `index-${k}`) };
      await git(top, ['read-tree', commit], index);
      if (patch !== undefined) {
        const file = join(folder, `${k}.patch`);
        writeFileSync(file, patch);
        await git(top, ['apply', '--cached', '--whitespace=nowarn', file], index);
      }
      trees.push((await git(top, ['write-tree'], index)).trim());
    }
    const diff = (...options: string[]): Promise<string> => git(top, ['diff', '--no-color', ...options, ...trees], env);
    return { stat: (await diff('--stat=100')).trimEnd(), text: await diff() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
