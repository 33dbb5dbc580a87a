import type { z } from 'zod';

const kinds: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  array: 'a list',
  tuple: 'a list',
};

/** A value as it looks in YAML, short, with its kind where that is what is wrong. */
export function show(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value.length > 60 ? `"${value.slice(0, 60)}…"` : `"${value}"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'a mapping' : String(value);
}

function limit(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const least = issue.code === 'too_small';
  const bound = least ? issue.minimum : issue.maximum;
  const comparison = least
    ? issue.inclusive === false
      ? 'more than'
      : 'at least'
    : issue.inclusive === false
      ? 'less than'
      : 'at most';
  if (issue.origin === 'string') return `${comparison} ${bound} characters`;
  if (issue.origin === 'array')
    return issue.exact ? `a list of ${bound}` : `${comparison} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  return `${comparison} ${bound}`;
}

/** What is said of a key that is not there. */
export const missing = 'It is missing.';

/** What zod should say of a value, in the words of these messages; schemas with an error of their own come first. */
export function explainValue(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  const received = `Received: ${show(input)}.`;
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    return `Expected ${limit(issue as z.core.$ZodIssueTooSmall)}. ${received}`;
  }
  if (input === undefined && issue.code !== 'custom') return missing;
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${kinds[String(issue.expected)] ?? issue.expected}. ${received}`;
    case 'invalid_value':
      return `Expected ${(issue.values as unknown[]).join(', ').replace(/, ([^,]*)$/, ' or $1')}. ${received}`;
    case 'invalid_union':
      return explainUnion(issue.errors as z.core.$ZodIssue[][], received);
    case 'invalid_format':
      return `${received.slice(0, -1)}, which does not have the expected form.`;
    default:
      return undefined;
  }
}

/** Of a value that may be of several kinds: what is wrong within the one that it is of, else which kinds there are. */
function explainUnion(branches: readonly (readonly z.core.$ZodIssue[])[], received: string): string | undefined {
  const firsts = branches.flatMap((issues) => issues.slice(0, 1));
  const within = firsts.find(({ code, path }) => code !== 'invalid_type' || path.length > 0);
  if (within) {
    const [entry] = within.path;
    return typeof entry === 'number' ? `Entry ${entry + 1}: ${within.message}` : within.message;
  }
  const kindsAllowed = firsts.flatMap(({ message }) => /^Expected (.*)\. Received: /s.exec(message)?.[1] ?? []);
  return kindsAllowed.length > 0 ? `Expected ${kindsAllowed.join(', or ')}. ${received}` : undefined;
}
