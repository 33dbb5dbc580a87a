import { InputError } from '@glyphlab/core';
import type { ParamValue } from '../run.ts';

const MAX_KEY_LENGTH = 250;
const MAX_PARAM_LENGTH = 6000;
const MAX_TAG_LENGTH = 8000;

/**
 * A key as MLflow takes it: at most 250 letters, digits and `_-. :/`, and a clean relative path where it has slashes.
 *
 * @throws InputError with the reason
 */
export function checkKey(kind: 'metric' | 'param' | 'tag', key: string): void {
  const reason =
    key.length === 0 || key.length > MAX_KEY_LENGTH
      ? `It has ${key.length} characters, and 1 to ${MAX_KEY_LENGTH} are allowed.`
      : !/^[\p{L}\p{N}_\-. :/]+$/u.test(key)
        ? 'Allowed are letters, digits and _ - . : / and the space.'
        : key.split('/').some((part) => part === '' || part === '.' || part === '..')
          ? 'It has an empty part, "." or ".." between slashes.'
          : undefined;
  if (reason)
    throw new InputError('TRACKING_BAD_KEY', `MLflow does not take the ${kind} "${key.slice(0, 80)}". ${reason}`);
}

/** @throws InputError if a value is too long: MLflow would cut it without a word */
export function checkParams(params: Readonly<Record<string, ParamValue>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      checkKey('param', key);
      const text = String(value);
      if (text.length <= MAX_PARAM_LENGTH) return [key, text];
      throw new InputError(
        'TRACKING_PARAM_TOO_LONG',
        `The param "${key}" has ${text.length} characters, ${MAX_PARAM_LENGTH} are allowed.`,
        {
          hint: 'Log it as an artifact.',
        },
      );
    }),
  );
}

/** Tags whose values are short enough; a longer one ends in an ellipsis, since MLflow would cut it without a word. */
export function checkTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => {
      checkKey('tag', key);
      return [key, value.length > MAX_TAG_LENGTH ? `${value.slice(0, MAX_TAG_LENGTH - 1)}…` : value];
    }),
  );
}
