import type { z } from 'zod';
import { originAt, type Origin } from './node.ts';
import { parseYaml } from './parse-yaml.ts';
import { ProblemsFound, toConfigError, type Problem } from './problem.ts';
import { readConfigFile } from './read-file.ts';
import { validate } from './validate.ts';

export interface LoadedYaml<T> {
  value: T;
  /** Where the value at a path was written, or the nearest thing around it that was. */
  originAt(path: readonly PropertyKey[]): Origin;
}

/**
 * Reads a YAML file of another kind than an experiment's, as strictly.
 *
 * @param shown the path as messages show it
 * @param emptyHint what a file that is empty needs at least
 * @throws ConfigProblems with every problem found, each with its line and key
 */
export function loadYaml<T>(path: string, shown: string, schema: z.ZodType<T>, emptyHint: string): LoadedYaml<T> {
  const refuse = ([first, ...more]: readonly Problem[]): never => {
    throw toConfigError([first!, ...more], shown);
  };
  try {
    const node = parseYaml(readConfigFile(path, shown), (line) => ({ file: shown, line }));
    if (!node) return refuse([{ code: 'CONFIG_EMPTY', where: shown, message: 'The file is empty.', hint: emptyHint }]);
    const result = validate(schema, node);
    if (result.value === undefined) return refuse(result.problems);
    return { value: result.value, originAt: (at) => originAt(node, at) };
  } catch (error) {
    if (error instanceof ProblemsFound) return refuse(error.problems);
    throw error;
  }
}
