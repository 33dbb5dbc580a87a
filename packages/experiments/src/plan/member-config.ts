import { dirname, resolve } from 'node:path';
import {
  ConfigProblems,
  describeOrigin,
  type ExperimentConfig,
  loadExperiment,
  type LoadedYaml,
  type Problem,
  type Registry,
  whereOf,
} from '@glyphlab/config';
import { stringify } from 'yaml';
import type { Override } from './grid.ts';

type OriginAt = LoadedYaml<unknown>['originAt'];

/** Resolves the configurations of members, with problems placed where the set's file caused them. */
export class ConfigResolver {
  readonly #setPath: string;
  readonly #originAt: OriginAt;
  readonly #registry: Registry;
  readonly #cwd: string;
  readonly problems: Problem[] = [];

  constructor(setPath: string, originAt: OriginAt, registry: Registry, cwd: string) {
    this.#setPath = setPath;
    this.#originAt = originAt;
    this.#registry = registry;
    this.#cwd = cwd;
  }

  /**
   * @param file relative to the set's file
   * @param overrides a later one wins
   * @returns undefined if there is a problem, which is noted
   */
  resolve(
    file: string,
    entryPath: readonly PropertyKey[],
    overrides: readonly Override[],
  ): ExperimentConfig | undefined {
    const asked = [...entryPath, 'config'];
    try {
      return loadExperiment(resolve(dirname(this.#setPath), file), {
        set: overrides.map(({ key, value, path }) => ({
          text: `${key}=${inOneLine(value)}`,
          origin: this.#originAt(path),
        })),
        registry: this.#registry,
        cwd: this.#cwd,
        asked: whereOf(describeOrigin(this.#originAt(asked)), asked),
      });
    } catch (error) {
      if (!(error instanceof ConfigProblems)) throw error;
      this.problems.push(...error.problems);
      return undefined;
    }
  }
}

/** The value as YAML in one line. */
const inOneLine = (value: unknown): string =>
  stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
  }).trimEnd();
