import { ConfigError, type ErrorDetails } from '@glyphlab/core';

/** One thing that is wrong with a configuration. */
export interface Problem {
  code: string;
  /** File, line and key: `configs/a.yaml:7 › training.epochs`. */
  where: string;
  message: string;
  hint?: string | undefined;
}

/** `configs/a.yaml:7 › training.epochs`; without a key just the first part. */
export const whereOf = (place: string, path: readonly PropertyKey[]): string =>
  path.length > 0 ? `${place} › ${path.join('.')}` : place;

/** A configuration is wrong: the text is for a person, `problems` the same for a program. */
export class ConfigProblems extends ConfigError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], code: string, message: string, details: ErrorDetails) {
    super(code, message, details);
    this.problems = problems;
  }
}

/**
 * One error for all problems: a single one as itself, several as a numbered list under `CONFIG_INVALID`. The same problem is
 * told once.
 */
export function toConfigError(problems: readonly [Problem, ...Problem[]], file: string): ConfigProblems {
  const distinct = [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
  const { code, message, where, hint } = problems[0];
  if (distinct.length === 1) return new ConfigProblems(distinct, code, message, { where, ...(hint && { hint }) });
  const list = distinct.map(({ code, where, message, hint }, index) => {
    const body = [message, hint].filter(Boolean).join('\n').replace(/^/gm, '   ');
    return `${index + 1}. [${code}] ${where}\n${body}`;
  });
  const told = `${distinct.length} problems:\n${list.join('\n')}`;
  return new ConfigProblems(distinct, 'CONFIG_INVALID', told, { where: file });
}

/** Thrown while reading one file or override; the loader collects them. */
export class ProblemsFound extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: Problem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}
