import { visible } from './format.ts';
import { hideSecrets } from './secrets.ts';

/** Exit codes of every command: 0 done, 1 failed, 2 wrong input, 130 interrupted. */
export const ExitCode = { done: 0, failed: 1, wrongInput: 2, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface ErrorDetails {
  /** Where it is wrong: a file, and after ` › ` the key or the line. */
  where?: string;
  /** What the user can do about it. */
  hint?: string;
  cause?: unknown;
}

/**
 * An error the user is meant to read: what was wrong, where, what to do. It is printed without a stack trace.
 * `code` is stable, `SCREAMING_SNAKE_CASE`, and the same in every release.
 */
export class GlyphlabError extends Error {
  override readonly name: string = 'GlyphlabError';
  readonly code: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode = ExitCode.failed;

  constructor(code: string, message: string, { where, hint, cause }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.where = where;
    this.hint = hint;
  }
}

/** What the user gave is wrong (arguments, configuration, data files, environment): exit code 2. */
export class InputError extends GlyphlabError {
  override readonly name: string = 'InputError';
  override readonly exitCode: ExitCode = ExitCode.wrongInput;
}

/** A configuration file or override is wrong. One error carries every problem found. */
export class ConfigError extends InputError {
  override readonly name = 'ConfigError';
}

/** A data file is missing, damaged or not what it should be. */
export class DataError extends InputError {
  override readonly name = 'DataError';
}

/**
 * The error as a person reads it in a terminal:
 * `ConfigError [CONFIG_UNKNOWN_KEY] configs/a.yaml › optimizer.learningRat`, then the message and the hint, indented. Passwords in
 * addresses are hidden, control characters written out.
 */
export const describeError = (error: unknown): string => hideSecrets(describe(error));

function describe(error: unknown): string {
  if (!(error instanceof GlyphlabError))
    return visible(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  const head = visible(`${error.name} [${error.code}]${error.where ? ` ${error.where}` : ''}`);
  const body = visible([error.message, error.hint].filter(Boolean).join('\n'));
  return `${head}\n${body.replace(/^/gm, '  ')}`;
}
