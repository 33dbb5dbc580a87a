import {
  checkAlias,
  checkKey,
  checkModelName,
  checkParams as checkTexts,
  limits,
} from '@glyphlab/mlflow-client/limits';
import { ALIAS_TAG } from './entries.ts';
import type { ParamValue } from '../run/tracked-run.ts';

/**
 * Params as texts.
 *
 * @throws InputError for a key that MLflow does not take, or a value that it would cut
 */
export function checkParams(params: Readonly<Record<string, ParamValue>>): Record<string, string> {
  const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]));
  checkTexts(texts);
  return texts;
}

/**
 * Tags that MLflow takes as they are: a text that it would cut without a word, as a long description or error, ends in an
 * ellipsis.
 *
 * @throws InputError for a key that MLflow does not take
 */
export function checkTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => {
      checkKey('tag', key);
      return [key, value.length > limits.tagLength ? `${value.slice(0, limits.tagLength - 1)}…` : value];
    }),
  );
}

/** @throws InputError for a name or an alias that MLflow does not take */
export function checkRegistration({ name, alias }: { name: string; alias?: string | undefined }): void {
  checkModelName(name);
  if (alias === undefined) return;
  checkAlias(alias);
  checkKey('tag', ALIAS_TAG + alias);
}
