import { InputError } from '@glyphlab/core';
import type { Tags } from './api/wire.ts';

/** Limits of the server's own checks; what it would cut or garble in silence is refused here. */
export const limits = {
  batch: { metrics: 1000, params: 100, tags: 100, total: 1000 },
  keyLength: 250,
  paramLength: 6000,
  tagLength: 8000,
  experimentNameLength: 500,
  modelNameLength: 256,
  aliasLength: 255,
  digestLength: 36,
} as const;

/** Python counts code points, JavaScript UTF-16 units: only a text with surrogate pairs needs counting. */
const lengthOf = (text: string, limit: number) => (text.length <= limit ? text.length : [...text].length);

export function checkExperimentName(name: string): void {
  if (name.trim() === '') throw new InputError('MLFLOW_BAD_NAME', 'An experiment needs a name.');
  const length = lengthOf(name, limits.experimentNameLength);
  if (length > limits.experimentNameLength) {
    throw new InputError(
      'MLFLOW_BAD_NAME',
      `The experiment name has ${length} characters; MLflow takes ${limits.experimentNameLength}.`,
    );
  }
}

/** @throws InputError MLFLOW_BAD_NAME if the server would refuse it as the name of a registered model, or could not be asked for it */
export function checkModelName(name: string): void {
  const problem =
    name.trim() === ''
      ? 'is empty'
      : lengthOf(name, limits.modelNameLength) > limits.modelNameLength
        ? `has more than ${limits.modelNameLength} characters`
        : /[/:'"`\\]/.test(name)
          ? 'has a slash, a colon or a quote'
          : name === '.' || name.startsWith('..')
            ? 'begins like a path'
            : undefined;
  if (!problem) return;
  throw new InputError(
    'MLFLOW_BAD_NAME',
    `The name of a registered model ${problem}: ${JSON.stringify(name.slice(0, 80))}.`,
  );
}

/** @throws InputError MLFLOW_BAD_ALIAS, MLFLOW_RESERVED_ALIAS if the server would refuse it as the alias of a version */
export function checkAlias(alias: string): void {
  if (alias.toLowerCase() === 'latest' || /^v\d+$/i.test(alias)) {
    throw new InputError('MLFLOW_RESERVED_ALIAS', `MLflow keeps the alias "${alias}" for itself.`, {
      hint: '"latest" and "v" with a number mean versions. Choose another word, such as "champion".',
    });
  }
  if (/^[\p{L}\p{N}_-]+$/u.test(alias) && lengthOf(alias, limits.aliasLength) <= limits.aliasLength) return;
  throw new InputError(
    'MLFLOW_BAD_ALIAS',
    `An alias has 1 to ${limits.aliasLength} letters, digits, "_" and "-". Received: ${JSON.stringify(alias.slice(0, 80))}.`,
  );
}

const allowedKey = /^[\p{L}\p{N}_\-. :/]+$/u;

/** @throws InputError MLFLOW_BAD_KEY if the server would refuse it as the key of a metric, param or tag */
export function checkKey(kind: 'metric' | 'param' | 'tag', key: string): void {
  const problem =
    key === ''
      ? 'is empty'
      : lengthOf(key, limits.keyLength) > limits.keyLength
        ? `has more than ${limits.keyLength} characters`
        : !allowedKey.test(key)
          ? 'has characters other than letters, digits, "_", "-", ".", ":", "/" and space'
          : !isPlainPath(key)
            ? 'is not a plain path: it has ".", ".." or nothing between slashes'
            : undefined;
  if (!problem) return;
  throw new InputError('MLFLOW_BAD_KEY', `The ${kind} key ${JSON.stringify(key.slice(0, 80))} ${problem}.`);
}

const isPlainPath = (key: string) =>
  !key.startsWith('..') && !key.split('/').some((part) => part === '' || part === '.' || part === '..');

/** @throws InputError if a key is bad, or a value longer than what the server keeps of it */
export function checkTags(tags: Tags): void {
  for (const [key, value] of Object.entries(tags)) {
    checkKey('tag', key);
    checkLength('tag', key, value, limits.tagLength);
  }
}

/** @throws InputError if a key is bad, or a value longer than what the server keeps of it */
export function checkParams(params: Tags): void {
  for (const [key, value] of Object.entries(params)) {
    checkKey('param', key);
    checkLength('param', key, value, limits.paramLength);
  }
}

function checkLength(kind: 'param' | 'tag', key: string, value: string, limit: number): void {
  const length = lengthOf(value, limit);
  if (length <= limit) return;
  throw new InputError(
    `MLFLOW_${kind === 'param' ? 'PARAM' : 'TAG'}_TOO_LONG`,
    `The ${kind} "${key}" has ${length} characters. MLflow would silently cut it to ${limit}.`,
    { hint: 'Log long text as an artifact.' },
  );
}
