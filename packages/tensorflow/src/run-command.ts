import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Exit code; null if it was ended by a signal, undefined if it could not be started. */
  code: number | null | undefined;
  /** Standard output and standard error as they came. */
  output: string;
  /** Why it could not be started, as `ENOENT`. */
  startError?: string;
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  onLine?: (line: string) => void;
}

/**
 * Runs a command without a shell and keeps what it prints, in English. It never rejects but for an abort: what an exit code
 * means is the caller's to say.
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}) {
  const { env = process.env, signal, onLine } = options;
  return new Promise<CommandResult>((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { env: { ...env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        for (const line of lines) onLine?.(line);
      });
    }

    const kill = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', kill);
    const settle = (result: CommandResult) => {
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve(result);
    };
    child.on('error', (error: NodeJS.ErrnoException) => settle({ code: undefined, output, startError: error.code }));
    child.on('close', (code) => settle({ code, output }));
  });
}

/** The last lines a command printed, for an error message. */
export const lastLines = (output: string, count = 5): string => output.trim().split('\n').slice(-count).join('\n');
