import { execa } from 'execa';

export interface RunOptions {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onLine?: (line: string) => void;
}

/**
 * Runs a command without a shell, and keeps what it prints. An abort ends it and all it has started: pip works in a process of
 * its own. What an exit code means is the caller's to say.
 */
export async function run([command, ...args]: readonly [string, ...string[]], { env, signal, onLine }: RunOptions) {
  signal.throwIfAborted();
  const child = execa(command, args, {
    env,
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    detached: true,
  });
  const endAll = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended.
    }
  };
  signal.addEventListener('abort', endAll, { once: true });
  try {
    if (onLine) for await (const line of child.iterable({ from: 'all' })) onLine(line);
  } catch {
    // That it failed is in the result.
  }
  const { failed, all } = await child;
  signal.removeEventListener('abort', endAll);
  signal.throwIfAborted();
  return { failed, output: all ?? '' };
}

/** The last lines a command printed, for an error message. */
export const lastLines = (output: string, count = 5): string => output.trim().split('\n').slice(-count).join('\n');
