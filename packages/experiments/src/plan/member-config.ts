import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type ExperimentConfig, loadExperiment, type Registry } from '@glyphlab/config';
import { ConfigError } from '@glyphlab/core';
import { stringify } from 'yaml';
import type { Places } from '../file/places.ts';
import { problemsIn, type Problem } from '../file/problems.ts';
import { notFound } from '../file/read-set-file.ts';
import type { Override } from './grid.ts';

/** Resolves the configurations of members, with problems placed where the set's file caused them. */
export class ConfigResolver {
  readonly #setPath: string;
  readonly #places: Places;
  readonly #registry: Registry;
  readonly #cwd: string;
  readonly problems: Problem[] = [];

  constructor(setPath: string, places: Places, registry: Registry, cwd: string) {
    this.#setPath = setPath;
    this.#places = places;
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
    const path = resolve(dirname(this.#setPath), file);
    try {
      if (!existsSync(path))
        throw notFound(path, relative(this.#cwd, path), this.#places.where([...entryPath, 'config']));
      const texts = overrides.map(({ key, value }) => `${key}=${inOneLine(value)}`);
      return this.#load(path, texts, overrides);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.problems.push(...problemsIn(error));
      return undefined;
    }
  }

  #load(path: string, texts: readonly string[], overrides: readonly Override[]): ExperimentConfig {
    try {
      return loadExperiment(path, { set: texts, registry: this.#registry, cwd: this.#cwd });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // The loader knows an override by its text; the reader of the set's file looks for its line.
      const place = (text: string): string =>
        texts.reduce(
          (told, override, index) => told.replaceAll(`--set ${override}`, this.#places.origin(overrides[index]!.path)),
          text,
        );
      const { code, where, hint } = error;
      throw new ConfigError(code, place(error.message), {
        ...(where && { where: place(where) }),
        ...(hint && { hint }),
      });
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
