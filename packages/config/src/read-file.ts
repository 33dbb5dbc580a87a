import { nearest } from '@glyphlab/core';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ProblemsFound } from './problem.ts';

/** The file of that directory that was most likely meant. */
function similarFile(path: string): string | undefined {
  try {
    return nearest(
      basename(path),
      readdirSync(dirname(path)).filter((name) => /\.ya?ml$/.test(name)),
    );
  } catch {
    return undefined;
  }
}

/**
 * Text of a configuration file.
 *
 * @param shown the path as messages show it
 * @param where what asked for the file, if not the user: file, line and key of an `extends`
 */
export function readConfigFile(path: string, shown: string, where = shown): string {
  const found = (code: string, message: string, hint?: string) => new ProblemsFound({ code, where, message, hint });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const similar = similarFile(path);
      throw found('CONFIG_NOT_FOUND', `There is no file ${shown}.`, similar && `Did you mean "${similar}"?`);
    }
    if (code === 'EISDIR') throw found('CONFIG_IS_DIRECTORY', `${shown} is a directory.`, 'Give a YAML file in it.');
    if (error instanceof TypeError) throw found('CONFIG_NOT_YAML', `${shown} is not text in UTF-8, so not YAML.`);
    throw found('CONFIG_UNREADABLE', `${shown} cannot be read: ${message}.`);
  }
}
