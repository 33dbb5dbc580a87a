import { nearest } from '@glyphlab/core';
import { z } from 'zod';
import type { Places } from './places.ts';
import type { Problem } from './problems.ts';

const kinds: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  array: 'a list',
};

const show = (value: unknown): string =>
  Array.isArray(value)
    ? `a list of ${value.length}`
    : typeof value === 'object' && value
      ? 'a mapping'
      : JSON.stringify(value);

/** What zod is to say of a value; schemas with an error of their own come first. */
export function explainValue(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  if (input === undefined && issue.code !== 'custom') return 'It is missing.';
  const expected =
    issue.code === 'invalid_type'
      ? kinds[String(issue.expected)]
      : issue.code === 'too_small'
        ? `at least ${issue.minimum}${issue.origin === 'array' ? ' entry' : ''}`
        : issue.code === 'too_big'
          ? `at most ${issue.maximum}`
          : undefined;
  return expected && `Expected ${expected}. Received: ${show(input)}.`;
}

/** The mapping that the schema has at a path: the walk goes through lists, records and optional keys. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let here: z.core.$ZodType | undefined = schema;
  for (const key of [...path, undefined]) {
    while (here && 'innerType' in here._zod.def) here = here._zod.def.innerType as z.core.$ZodType;
    if (key === undefined || !here) break;
    if (here instanceof z.ZodObject) here = (here.shape as Record<PropertyKey, z.core.$ZodType>)[key];
    else if (here instanceof z.ZodRecord) here = here.valueType;
    else here = here instanceof z.ZodArray ? here.element : undefined;
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

/** An issue of zod's as problems, each with its place and what may have been meant. */
export function explainIssue(issue: z.core.$ZodIssue, schema: z.core.$ZodType, places: Places): Problem[] {
  if (issue.code !== 'unrecognized_keys') {
    const code = issue.message === 'It is missing.' ? 'CONFIG_MISSING_KEY' : 'CONFIG_INVALID_VALUE';
    return [{ code, where: places.where(issue.path), message: issue.message }];
  }
  const allowed = keysAt(schema, issue.path);
  return issue.keys.map((key) => {
    const similar = nearest(key, allowed);
    return {
      code: 'CONFIG_UNKNOWN_KEY',
      where: places.where([...issue.path, key]),
      message: `Unknown key. Allowed: ${allowed.join(', ')}.`,
      hint: similar && `Did you mean "${similar}"?`,
    };
  });
}
