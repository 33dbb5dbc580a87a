import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The `--parallel` of `nx run trainer:experiment --parallel 2`. Nx has an option of this name, which it keeps to itself; but its
 * process, whose pid it tells, still has it in its command line.
 *
 * @returns undefined if this is not a task of Nx, or it was not given
 */
export function nxParallel(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const pid = env['NX_INVOCATION_ROOT_PID'];
  if (pid === undefined || env['NX_TASK_TARGET_TARGET'] !== 'experiment') return undefined;
  const args = commandLine(pid);
  const index = args.findIndex((arg) => /^--parallel(=|$)/.test(arg));
  if (index < 0) return undefined;
  return args[index]!.split('=')[1] ?? args[index + 1];
}

function commandLine(pid: string): string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return execFileSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' }).trim().split(/\s+/);
  } catch {
    return [];
  }
}
