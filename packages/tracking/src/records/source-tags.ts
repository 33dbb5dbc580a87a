import { execFile } from 'node:child_process';
import { arch, cpus, release, type, userInfo } from 'node:os';
import { relative } from 'node:path';
import { promisify } from 'node:util';

const GIT_TIMEOUT_MS = 10_000;

/**
 * Tags that say where a run comes from: program, git commit, branch, remote and dirty flag, user, Node, CPU and system.
 * What cannot be found out is left out. Asks git in the background; nothing is waited for here but that.
 */
export async function sourceTags(workspaceDir: string): Promise<Record<string, string>> {
  const processors = cpus();
  return {
    'mlflow.source.name': relative(workspaceDir, process.argv[1] ?? '') || 'node',
    'mlflow.source.type': 'LOCAL',
    'glyphlab.node': process.version,
    'glyphlab.cpu': `${processors[0]?.model.trim() ?? 'unknown'} × ${processors.length}`,
    'glyphlab.os': `${type()} ${release()} ${arch()}`,
    ...userTag(),
    ...(await gitTags(workspaceDir)),
  };
}

function userTag(): Record<string, string> {
  try {
    return { 'mlflow.user': userInfo().username };
  } catch {
    // In a container the user may have no name.
    return {};
  }
}

async function gitTags(directory: string): Promise<Record<string, string>> {
  const [status, remote] = await Promise.all([
    git(directory, 'status', '--porcelain=v2', '--branch', '--untracked-files=no'),
    git(directory, 'remote', 'get-url', 'origin'),
  ]);
  const header = (name: string) => new RegExp(`^# branch\\.${name} (.+)$`, 'm').exec(status ?? '')?.[1];
  const commit = header('oid');
  // Without it git was cut short, and nothing can be said.
  if (status === undefined || commit === undefined) return {};
  const branch = header('head');
  return {
    ...(commit !== '(initial)' && { 'mlflow.source.git.commit': commit }),
    ...(branch && branch !== '(detached)' && { 'mlflow.source.git.branch': branch }),
    ...(remote && { 'mlflow.source.git.repoURL': withoutCredentials(remote.trim()) }),
    'glyphlab.git.dirty': String(/^[^#]/m.test(status)),
  };
}

/** The output, undefined if git is missing or this is no repository. */
async function git(directory: string, ...args: string[]): Promise<string | undefined> {
  try {
    // Without optional locks `status` never gets in the way of a person's own git command.
    const options = {
      cwd: directory,
      timeout: GIT_TIMEOUT_MS,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
      maxBuffer: 2 ** 26,
    };
    return (await promisify(execFile)('git', args, options)).stdout;
  } catch {
    return undefined;
  }
}

/** A remote's URL without user, password and query, which may hold tokens. `git@host:path` stays as it is. */
export function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.search = parsed.hash = '';
  if (parsed.protocol !== 'ssh:') parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
