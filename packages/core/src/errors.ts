import { visible } from './format.ts';
import { hideSecrets } from './secrets.ts';

/** Whose doing an error is: the program's or its surroundings', what was given to it, or the person's who ended it. */
export type ErrorKind = 'failed' | 'wrongInput' | 'interrupted';

export interface ErrorDetails {
  /** Where it is wrong: a file, and after ` › ` the key or the line. */
  where?: string;
  /** What the user can do about it. */
  hint?: string;
  cause?: unknown;
}

/**
 * An error the user is meant to read: what was wrong, where, what to do. It is printed without a stack trace.
 * `code` is stable, `SCREAMING_SNAKE_CASE`, and the same in every release. A program that has commands adds by the code which of
 * them helps (`advice` of its command line), as a library knows none of them.
 */
export class GlyphlabError extends Error {
  override readonly name: string = 'GlyphlabError';
  readonly code: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  readonly kind: ErrorKind = 'failed';

  constructor(code: string, message: string, { where, hint, cause }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.where = where;
    this.hint = hint;
  }
}

/** What the user gave is wrong: arguments, configuration, data files, environment. */
export class InputError extends GlyphlabError {
  override readonly name: string = 'InputError';
  override readonly kind: ErrorKind = 'wrongInput';
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
 *
 * @param advice what the program adds to the hint
 */
export const describeError = (error: unknown, advice?: string): string => hideSecrets(describe(error, advice));

function describe(error: unknown, advice?: string): string {
  if (!(error instanceof GlyphlabError))
    return visible(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  const head = visible(`${error.name} [${error.code}]${error.where ? ` ${error.where}` : ''}`);
  const body = visible([error.message, error.hint, advice].filter(Boolean).join('\n'));
  return `${head}\n${body.replace(/^/gm, '  ')}`;
}
