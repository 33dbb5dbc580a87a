import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigError, nearest } from '@glyphlab/core';
import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { explainIssue, explainValue } from './explain.ts';
import { Places } from './places.ts';
import { toConfigError, type Problem } from './problems.ts';
import { setSchema, type SetFile } from './set-schema.ts';

/**
 * Reads the file of a set, strictly.
 *
 * @param shown the path as messages show it
 * @throws ConfigError with every problem found, each with its line and key
 */
export function readSetFile(path: string, shown: string): { file: SetFile; places: Places } {
  const lines = new LineCounter();
  const document = parseDocument(readText(path, shown), { lineCounter: lines, prettyErrors: false });
  const places = new Places(shown, document, lines);
  const problems = [...syntaxProblems(document, places), ...emptyValues(document, places)];
  if (problems.length > 0) throw toConfigError(problems, shown);
  if (document.contents === null)
    throw new ConfigError('CONFIG_EMPTY', 'The file is empty.', {
      where: shown,
      hint: 'It needs at least "members: [{ config: <file> }]".',
    });
  const result = setSchema.safeParse(document.toJS({ maxAliasCount: 100 }), { error: explainValue, reportInput: true });
  if (result.success) return { file: result.data, places };
  throw toConfigError(
    result.error.issues.flatMap((issue) => explainIssue(issue, setSchema, places)),
    shown,
  );
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR')
      throw new ConfigError('CONFIG_IS_DIRECTORY', `${shown} is a directory.`, {
        where: shown,
        hint: 'Give a YAML file in it.',
      });
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw new ConfigError('CONFIG_UNREADABLE', `${shown} cannot be read: ${message}.`, { where: shown });
    throw notFound(path, shown, shown);
  }
}

/** @param where what asked for the file */
export function notFound(path: string, shown: string, where: string): ConfigError {
  let names: string[] = [];
  try {
    names = readdirSync(dirname(path)).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    // The directory is not there either, so there is nothing to suggest.
  }
  const similar = nearest(basename(path), names);
  return new ConfigError('CONFIG_NOT_FOUND', `There is no file ${shown}.`, {
    where,
    ...(similar && { hint: `Did you mean "${similar}"?` }),
  });
}

function syntaxProblems(document: Document.Parsed, places: Places): Problem[] {
  return [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    code: code === 'DUPLICATE_KEY' ? 'CONFIG_DUPLICATE_KEY' : 'CONFIG_NOT_YAML',
    where: places.lineAt(pos[0]),
    message:
      code === 'DUPLICATE_KEY'
        ? 'The same key stands twice in one mapping.'
        : `Not valid YAML: ${message}.`.replace('..', '.'),
  }));
}

/** A key with nothing behind it is a slip more often than a null. */
function emptyValues(document: Document.Parsed, places: Places): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (value !== null && !(isScalar(value) && value.value === null && !value.source)) return;
      problems.push({
        code: 'CONFIG_EMPTY_VALUE',
        where: `${places.lineAt(isScalar(key) ? (key.range?.[0] ?? 0) : 0)} › ${String(key)}`,
        message: 'No value.',
        hint: 'Give one, or leave the key out.',
      });
    },
  });
  return problems;
}
