import { ConfigError } from '@glyphlab/core';

/** One thing that is wrong with a set, as `@glyphlab/config` tells it of a configuration. */
export interface Problem {
  code: string;
  /** File, line and key: `experiments/a.yaml:7 › members.0.seeds`. */
  where: string;
  message: string;
  hint?: string | undefined;
}

/** One error for all problems: a single one as itself, several as a numbered list. The same problem is told once. */
export function toConfigError(problems: readonly Problem[], file: string): ConfigError {
  const distinct = [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
  const [first] = distinct;
  if (distinct.length === 1)
    return new ConfigError(first!.code, first!.message, { where: first!.where, ...(first!.hint && first) });
  const list = distinct.map(({ code, where, message, hint }, index) => {
    const body = [message, hint].filter(Boolean).join('\n').replace(/^/gm, '   ');
    return `${index + 1}. [${code}] ${where}\n${body}`;
  });
  return new ConfigError('CONFIG_INVALID', `${distinct.length} problems:\n${list.join('\n')}`, { where: file });
}

/** The problems that an error of `loadExperiment` lists. */
export function problemsIn(error: ConfigError): Problem[] {
  const { code, where = '', message, hint } = error;
  const listed = [...message.matchAll(/^\d+\. \[(\w+)\] (.*)\n((?: {3}.*(?:\n|$))*)/gm)];
  if (code !== 'CONFIG_INVALID' || listed.length === 0) return [{ code, where, message, hint }];
  return listed.map(([, itsCode, itsWhere, body]) => ({
    code: itsCode!,
    where: itsWhere!,
    message: body!.trimEnd().replace(/^ {3}/gm, ''),
  }));
}
