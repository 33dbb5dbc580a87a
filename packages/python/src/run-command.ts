/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface CommandOptions {
  /** Instead of this process's own. */
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  /** Gets each line of either stream as it comes. */
  onLine?: (line: string) => void;
}

export interface CommandResult {
  /** False if it ended otherwise than with exit code 0, or could not be started. */
  succeeded: boolean;
  /** Undefined if a signal ended it, or it could not be started. */
  exitCode: number | undefined;
  /** Standard output and standard error as they came, or why it could not be started. */
  output: string;
}

/**
 * Runs a command without a shell and keeps what it prints, in English. What its failure means is the caller's to say: it rejects
 * with the signal's reason only. An abort ends the command and all that it has started, as pip works in processes of its own.
 */
export async function runCommand([program, ...args]: Command, options: CommandOptions = {}): Promise<CommandResult> {
  const { env = process.env, signal, onLine } = options;
  signal?.throwIfAborted();
  // Here, as most that may run a command never do, and loading it takes longer than many a command.
  const { execa } = await import('execa');
  const child = execa(program, args, {
    env: { ...env, LC_ALL: 'C.UTF-8' },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    // A process group of its own, which can be ended as a whole.
    detached: true,
  });
  const endAll = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended.
    }
  };
  signal?.addEventListener('abort', endAll, { once: true });
  try {
    if (onLine) for await (const line of child.iterable({ from: 'all' })) onLine(line);
  } catch {
    // That it failed is in the result.
  }
  const result = await child;
  signal?.removeEventListener('abort', endAll);
  signal?.throwIfAborted();
  const startError = result.failed && child.pid === undefined ? result.message : '';
  return { succeeded: !result.failed, exitCode: result.exitCode, output: (result.all ?? '') + startError };
}

/** The last lines a command printed, for an error message. */
export const lastLines = (output: string, count = 5): string => output.trim().split('\n').slice(-count).join('\n');
