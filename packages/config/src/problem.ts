import { ConfigError } from '@glyphlab/core';

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

/** One error for all problems: a single one as itself, several as a numbered list under `CONFIG_INVALID`. */
export function toConfigError(problems: readonly [Problem, ...Problem[]], file: string): ConfigError {
  const [first, ...more] = problems;
  if (more.length === 0)
    return new ConfigError(first.code, first.message, { where: first.where, ...(first.hint && { hint: first.hint }) });
  const list = problems.map(({ code, where, message, hint }, index) => {
    const body = [message, hint].filter(Boolean).join('\n').replace(/^/gm, '   ');
    return `${index + 1}. [${code}] ${where}\n${body}`;
  });
  return new ConfigError('CONFIG_INVALID', `${problems.length} problems:\n${list.join('\n')}`, { where: file });
}

/** Thrown while reading one file or override; the loader collects them. */
export class ProblemsFound extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: Problem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}
