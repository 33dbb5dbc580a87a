import { nearest } from '@glyphlab/core';
import type { z } from 'zod';
import { describeOrigin, originAt, type Node } from './node.ts';
import { whereOf, type Problem } from './problem.ts';
import { objectsAt, typeName } from './schema-walk.ts';

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
function show(value: unknown): string {
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
  if (issue.origin === 'array') return issue.exact ? `a list of ${bound}` : `${comparison} ${bound} entries`;
  return `${comparison} ${bound}`;
}

/** What zod should say of a value, in the words of these messages; schemas with an error of their own come first. */
export function explainValue(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  const received = `Received: ${show(input)}.`;
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    return `Expected ${limit(issue as z.core.$ZodIssueTooSmall)}. ${received}`;
  }
  if (input === undefined && issue.code !== 'custom') return 'It is missing.';
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${kinds[String(issue.expected)] ?? issue.expected}. ${received}`;
    case 'invalid_value':
      return `Expected ${(issue.values as unknown[]).join(', ').replace(/, ([^,]*)$/, ' or $1')}. ${received}`;
    case 'invalid_format':
      return `${received.slice(0, -1)}, which has not the expected form.`;
    default:
      return undefined;
  }
}

/** The problems behind one issue, each with the place where the value was written. */
export function explainIssue(issue: z.core.$ZodIssue, schema: z.core.$ZodType, root: Node, value: unknown): Problem[] {
  const at = (path: readonly PropertyKey[]) => whereOf(describeOrigin(originAt(root, path)), path);

  if (issue.code === 'unrecognized_keys') {
    const branches = objectsAt(schema, value, issue.path);
    const inner = issue.path.reduce<unknown>((outer, key) => (outer as Record<PropertyKey, unknown>)[key], value);
    const type = (inner as { type?: unknown }).type;
    const own = branches.length === 1 ? branches[0] : branches.find((branch) => typeName(branch) === type);
    const allowed = Object.keys(own?.shape ?? {});
    return issue.keys.map((key) => {
      const similar = nearest(key, allowed);
      const others = branches.filter((branch) => branch.shape && key in branch.shape).map(typeName);
      const elsewhere =
        others.length > 0 ? `"${key}" belongs to type ${others.join(', ')}; here type is ${String(type)}.` : undefined;
      return {
        code: 'CONFIG_UNKNOWN_KEY',
        where: at([...issue.path, key]),
        message: `Unknown key. Allowed: ${allowed.join(', ')}.`,
        hint: elsewhere ?? (similar && `Did you mean "${similar}"?`),
      };
    });
  }

  const missing = issue.message === 'It is missing.';
  const place = {
    code: missing ? 'CONFIG_MISSING_KEY' : 'CONFIG_INVALID_VALUE',
    where: at(issue.path),
    message: issue.message,
  };
  if (issue.code === 'invalid_union' && 'discriminator' in issue && issue.discriminator)
    return [explainType(issue, schema, value, place)];
  if (issue.code === 'invalid_value') {
    const similar = nearest(String(issue.input), issue.values.map(String));
    return [{ ...place, hint: similar && `Did you mean "${similar}"?` }];
  }
  if (issue.code === 'invalid_type' && issue.expected === 'boolean')
    return [{ ...place, hint: 'YAML 1.2 knows true and false, not yes, no, on and off.' }];
  return [place];
}

/** A `type` that is unknown or missing. */
function explainType(issue: z.core.$ZodIssue, schema: z.core.$ZodType, value: unknown, place: Problem): Problem {
  const holder = issue.path.at(-1) === 'type' ? issue.path.slice(0, -1) : issue.path;
  const known = objectsAt(schema, value, holder).map(typeName).map(String);
  const outer = holder.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const type = (outer as { type?: unknown } | undefined)?.type;
  const what = String(holder.find((key) => typeof key === 'string' && key !== 'training') ?? 'type');
  if (type === undefined) {
    return {
      ...place,
      code: 'CONFIG_MISSING_KEY',
      message: `It is missing. ${outer === undefined ? 'Its type is' : 'The type is'} one of: ${known.join(', ')}.`,
    };
  }
  const similar = nearest(String(type), known);
  return {
    ...place,
    code: 'CONFIG_UNKNOWN_TYPE',
    message: `There is no ${what} of type ${show(type)}. Known: ${known.join(', ')}.`,
    hint: similar && `Did you mean "${similar}"?`,
  };
}
