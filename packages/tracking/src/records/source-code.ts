import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, lstat, mkdtemp, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** What a run was started from that its commit does not have. */
export interface UncommittedChanges {
  /** For `git apply`; empty if nothing differs. */
  patch: string;
  /** SHA-256 of the patch. */
  digest: string;
  /** Changed or new, but not in the patch, with the reason. */
  leftOut: { file: string; why: string }[];
}

const GIT_TIMEOUT_MS = 20_000;
/** A larger file is data rather than code. */
const MAX_FILE_BYTES = 1_000_000;
const MAX_PATCH_BYTES = 5_000_000;
const MAX_FILES = 2_000;
/** What we write ourselves, where nobody tells git to ignore it: runs, and a server's data. */
const OWN_FOLDERS = ['--exclude=.glyphlab/', '--exclude=.mlflow/'];

/** Names of files that hold secrets by custom. */
const SECRET_NAME =
  /^(\.env(\..*)?|\.npmrc|\.netrc|\.pypirc|\.htpasswd|id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|key|p12|pfx|jks|keystore|kdbx)|credentials(\..*)?|secrets?(\..*)?|service-account.*\.json)$/i;
/** Texts that are keys, tokens or passwords by their form; what stands for one in an address, as `${PASSWORD}`, is none. */
const SECRET_TEXT =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{40}|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{20}|\bsk-[\w-]{32}|\bAIza[\w-]{35}|\bhf_[A-Za-z0-9]{30}|\bnpm_[A-Za-z0-9]{36}|\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.|\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]+:[^\s@'"`/$<{*]{3,}@/;

/**
 * The changes in a working tree since its commit, files that git does not know among them, as a patch. What git ignores is no part of
 * it, nor are runs; files that are large or look like secrets are left out, and named. Changes nothing, git's index included.
 *
 * @returns undefined if this is no git repository, or has no commit
 */
export async function uncommittedChanges(directory: string): Promise<UncommittedChanges | undefined> {
  const top = (await git(directory, ['rev-parse', '--show-toplevel']))?.trimEnd();
  if (top === undefined || (await git(top, ['rev-parse', '--verify', 'HEAD'])) === undefined) return undefined;
  const [changed, unknown] = await Promise.all([
    git(top, ['diff', '--name-only', '-z', '--no-renames', '--ignore-submodules', 'HEAD']),
    git(top, ['ls-files', '-z', '--others', '--exclude-standard', ...OWN_FOLDERS]),
  ]);
  if (changed === undefined || unknown === undefined) return undefined;
  const leftOut: UncommittedChanges['leftOut'] = [];
  const isFit = async (file: string): Promise<boolean> => {
    const why = await whyNot(top, file);
    if (why !== undefined) leftOut.push({ file, why });
    return why === undefined;
  };
  const known: string[] = [];
  const fresh: string[] = [];
  for (const [files, fit] of [
    [namesIn(changed), known],
    [namesIn(unknown), fresh],
  ] as const)
    // prettier-ignore
    for (const file of files) {
      if (known.length + fresh.length >= MAX_FILES) leftOut.push({ file, why: `more than ${MAX_FILES} files` });
      else if (await isFit(file)) fit.push(file);
    }
  const parts = await diffOf(top, known, fresh);
  const kept: string[] = [];
  let bytes = 0;
  for (const { file, text } of parts) {
    if (SECRET_TEXT.test(text)) leftOut.push({ file, why: 'looks as if it held a key, token or password' });
    else if ((bytes += Buffer.byteLength(text)) > MAX_PATCH_BYTES)
      leftOut.push({ file, why: `the patch would be larger than ${MAX_PATCH_BYTES / 1e6} MB` });
    else kept.push(text);
  }
  const patch = kept.join('');
  return { patch, digest: createHash('sha256').update(patch).digest('hex'), leftOut };
}

const namesIn = (listing: string): string[] => listing.split('\0').filter((name) => name !== '');

async function whyNot(top: string, file: string): Promise<string | undefined> {
  if (SECRET_NAME.test(basename(file))) return 'its name says that it holds a secret';
  const stats = await lstat(join(top, file)).catch(() => undefined);
  if (stats && stats.size > MAX_FILE_BYTES) return `larger than ${MAX_FILE_BYTES / 1e6} MB`;
  return undefined;
}

/** The patch of each file; new ones are added to a copy of git's index, as something to come. */
async function diffOf(top: string, known: string[], fresh: string[]): Promise<{ file: string; text: string }[]> {
  if (known.length + fresh.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'glyphlab-git-'));
  try {
    const index = join(folder, 'index');
    const own = (await git(top, ['rev-parse', '--git-path', 'index']))!.trimEnd();
    await copyFile(resolve(top, own), index);
    // By the age of its index git knows which files may have changed since within the same moment.
    const { atime, mtime } = await stat(resolve(top, own));
    await utimes(index, atime, mtime);
    const env = { GIT_INDEX_FILE: index };
    const literal = (files: string[]): string[] => files.map((file) => `:(top,literal)${file}`);
    if (fresh.length > 0) await git(top, ['add', '--intent-to-add', '--', ...literal(fresh)], env);
    const options = ['--binary', '--full-index', '--no-renames', '--no-color', '--no-ext-diff', '--no-textconv'];
    const prefixes = ['--src-prefix=a/', '--dst-prefix=b/'];
    const text = await git(top, ['diff', ...options, ...prefixes, 'HEAD', '--', ...literal([...known, ...fresh])], env);
    if (text === undefined) return [];
    // A line of a file begins with a sign, so this one begins a file.
    return text
      .split(/^(?=diff --git )/m)
      .filter((part) => part !== '')
      .map((part) => ({ file: /^diff --git "?a\/(.*?)"? "?b\//.exec(part)?.[1] ?? '?', text: part }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The output, undefined if git is missing or fails. */
async function git(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', args, {
      cwd,
      timeout: GIT_TIMEOUT_MS,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', ...env },
      maxBuffer: 2 ** 27,
    });
    return stdout;
  } catch {
    return undefined;
  }
}

/** SHA-256 of the lock file of a workspace, which pins every dependency; undefined if there is none. */
export async function lockFileDigest(directory: string): Promise<{ file: string; digest: string } | undefined> {
  for (const file of ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock']) {
    const bytes = await readFile(join(directory, file)).catch(() => undefined);
    if (bytes) return { file, digest: createHash('sha256').update(bytes).digest('hex') };
  }
  return undefined;
}
