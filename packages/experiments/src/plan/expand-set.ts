import { basename, dirname, join, relative, resolve } from 'node:path';
import {
  describeOrigin,
  type ExperimentConfig,
  loadYaml,
  type Problem,
  type Registry,
  toConfigError,
  whereOf,
} from '@glyphlab/config';
import { ConfigError } from '@glyphlab/core';
import { type Reference, type SetEntry, type SetFile, setSchema } from '../file/set-schema.ts';
import { expandGrid, type GridPoint, type Override, type ToProblem } from './grid.ts';
import { ConfigResolver } from './member-config.ts';
import { memberIdentity } from './member-identity.ts';
import { type DrawnTrial, expandSearch } from './expand-search.ts';
import { withTeachers } from './teachers.ts';
import type { Trial } from '../search/search-plan.ts';

/** Tag of a run: the identity of the member that it belongs to. */
export const MEMBER_TAG = 'glyphlab.member';

/** One training of a set. */
export interface Member {
  /** See `memberIdentity`. */
  id: string;
  /** Of its run: `sgd-50, seed 2`. */
  name: string;
  /** Members of one group differ in the seed and the fold only. */
  group: string;
  seed: number;
  config: ExperimentConfig;
  /** If it is one of a search: members of a search have a group in common, and differ in what was drawn for them. */
  trial?: Trial;
  /** The same trial with other values, as results show them, by key; undefined if no configuration can have them. */
  redraw?: (values: Trial['values']) => Member | undefined;
}

export interface ExperimentSet {
  /** The file's name without its extension. */
  name: string;
  /** Absolute. */
  file: string;
  description: string | undefined;
  /** MLflow experiment of all runs. */
  experiment: string;
  /** Undefined if it is left to the machine. */
  parallel: number | undefined;
  threads: number;
  /** What a member is given on a cluster. */
  resources: { cpus: number; gpus: number };
  members: readonly Member[];
  /** Figures of someone else, by group. */
  references: ReadonlyMap<string, Reference>;
  /** Where results go: a folder beside the file, of its name. */
  resultsDirectory: string;
}

export interface ExpandOptions {
  registry: Registry;
  /** What paths in messages are relative to. Default: the process's. */
  cwd?: string;
}

/**
 * Reads the file of a set and resolves every member's configuration.
 *
 * @throws ConfigError with every problem of the file and of the members' configurations
 */
export function expandSet(file: string, { registry, cwd = process.cwd() }: ExpandOptions): ExperimentSet {
  const path = resolve(cwd, file);
  const shown = relative(cwd, path).startsWith('..') ? path : relative(cwd, path);
  const { value: content, originAt } = loadYaml(
    path,
    shown,
    setSchema,
    'It needs at least "members: [{ config: <file> }]".',
  );
  const name = setName(path, shown);
  const resolver = new ConfigResolver(path, originAt, registry, cwd);
  const problems: Problem[] = [];
  const toProblem: ToProblem = (at, problem) =>
    problems.push({ ...problem, where: whereOf(describeOrigin(originAt(at)), at) });
  const expansion = new Expansion(
    { ...content, experiment: content.experiment ?? name },
    resolver,
    registry,
    toProblem,
  );
  content.members.forEach((entry, index) => expansion.add(entry, ['members', index]));
  problems.push(...resolver.problems);
  const [first, ...more] = problems;
  if (first) throw toConfigError([first, ...more], shown);
  const { description, experiment = name, parallel, threads } = content;
  const resources = { cpus: content.resources.cpus ?? threads, gpus: content.resources.gpus };
  const { members, references } = expansion;
  const resultsDirectory = join(dirname(path), name);
  return {
    name,
    file: path,
    description,
    experiment,
    parallel,
    threads,
    resources,
    members,
    references,
    resultsDirectory,
  };
}

/** The name goes into folders and into searches of MLflow. */
function setName(path: string, shown: string): string {
  const name = basename(path).replace(/\.ya?ml$/, '');
  if (/^[\p{L}\p{N}][\p{L}\p{N}_. -]*$/u.test(name)) return name;
  throw new ConfigError('CONFIG_BAD_NAME', `The file's name is the set's, and "${name}" cannot be one.`, {
    where: shown,
    hint: 'Use letters, digits and _ . - in it.',
  });
}

class Expansion {
  readonly #file: SetFile;
  readonly #resolver: ConfigResolver;
  readonly #registry: Registry;
  readonly #toProblem: ToProblem;
  readonly members: Member[] = [];
  readonly references = new Map<string, Reference>();

  constructor(file: SetFile, resolver: ConfigResolver, registry: Registry, toProblem: ToProblem) {
    this.#file = file;
    this.#resolver = resolver;
    this.#registry = registry;
    this.#toProblem = toProblem;
  }

  add(entry: SetEntry, path: readonly PropertyKey[]): void {
    this.#refuseSeeds(['set'], this.#file.set);
    this.#refuseSeeds([...path, 'set'], entry.set);
    this.#refuseSeeds([...path, 'grid'], entry.grid);
    for (const point of expandGrid(entry.grid, [...path, 'grid'], this.#toProblem)) this.#addPoint(entry, path, point);
  }

  #addPoint(entry: SetEntry, path: readonly PropertyKey[], { labels, overrides }: GridPoint): void {
    const before = [...this.members];
    const resolve = (drawn: readonly Override[] = []): ExperimentConfig | undefined => {
      const resolved = this.#resolver.resolve(entry.config, path, [
        { key: 'training.threads', value: this.#file.threads, path: ['threads'] },
        ...overridesOf(this.#file.set, ['set']),
        ...overridesOf(entry.set, [...path, 'set']),
        ...overrides,
        ...drawn,
      ]);
      const taught = resolved && withTeachers(resolved, before);
      if (taught && 'problem' in taught) this.#toProblem(path, taught.problem);
      return taught && 'config' in taught ? taught.config : undefined;
    };
    const config = resolve();
    if (!config) return;
    // What a lone entry is called says nothing where its values have names.
    const isAlone = entry.name === undefined && this.#file.members.length === 1 && labels.length > 0;
    const group = [...(isAlone ? [] : [entry.name ?? config.name]), ...labels].join(', ');
    if (entry.reference) this.references.set(group, entry.reference);
    const seeds = entry.seeds ?? this.#file.seeds ?? [config.seed];
    if (this.#refuseSeeds([...path, 'search', 'space'], entry.search?.space ?? {})) return;
    const folds = entry.folds ?? this.#file.folds;
    if (!entry.search) {
      for (const seed of seeds)
        for (const dataset of foldsOf(config.dataset, folds))
          this.#addMember({ ...config, seed, dataset }, group, path);
    } else if (folds !== undefined) {
      const message = 'A search compares trials on the validation images of one training each, so it has no folds.';
      const hint = 'Search first, then cross-validate the result in an entry of its own.';
      this.#toProblem([...path, 'search'], { code: 'CONFIG_SEARCH_IN_FOLDS', message, hint });
    } else
      for (const trial of expandSearch(entry.search, config, {
        group,
        seeds,
        path,
        resolve,
        toProblem: this.#toProblem,
        registry: this.#registry,
      }))
        this.#addMember(trial.config, group, path, trial);
  }

  #addMember(config: ExperimentConfig, group: string, path: readonly PropertyKey[], drawn?: DrawnTrial): void {
    const member = this.#toMember(config, group, drawn);
    const { id, name } = member;
    const same = this.members.find((member) => member.id === id || member.name === name);
    if (same) {
      const message =
        same.id === id
          ? `"${name}" trains the same as "${same.name}": their configurations do not differ.`
          : `Two members are called "${name}".`;
      const hint = same.id === id ? 'Remove one of them.' : 'Give the entry a name of its own.';
      this.#toProblem(path, { code: 'CONFIG_SAME_MEMBER', message, hint });
      return;
    }
    this.members.push(member);
  }

  #toMember(config: ExperimentConfig, group: string, drawn?: DrawnTrial): Member {
    const id = memberIdentity(config);
    const { trial, configWith } = drawn ?? {};
    const { fold } = config.dataset;
    const part = trial ? `, trial ${trial.number}` : fold ? `, fold ${fold.held} of ${fold.of}` : '';
    const name = `${group}, seed ${config.seed}${part}`;
    const { tags } = config.tracking;
    const tracking = { ...config.tracking, experiment: this.#file.experiment!, tags: { ...tags, [MEMBER_TAG]: id } };
    const redraw = (values: Trial['values']): Member | undefined => {
      const other = configWith!(values);
      return other && this.#toMember(other, group, { ...drawn!, trial: { ...trial!, values } });
    };
    return {
      id,
      name,
      group,
      seed: config.seed,
      config: { ...config, name, tracking },
      ...(trial && { trial }),
      ...(configWith && { redraw }),
    };
  }

  #refuseSeeds(path: readonly PropertyKey[], keys: object): boolean {
    if (!('seed' in keys)) return false;
    const message = 'Members that differ only in the seed belong together, so seeds have a list of their own.';
    this.#toProblem([...path, 'seed'], { code: 'CONFIG_SEED_APART', message, hint: 'Write seeds: [1, 2, 3].' });
    return true;
  }
}

/** A dataset for each fold, or as it is. */
const foldsOf = (dataset: ExperimentConfig['dataset'], folds: number | undefined): ExperimentConfig['dataset'][] =>
  folds === undefined
    ? [dataset]
    : Array.from({ length: folds }, (_, k) => ({ ...dataset, fold: { of: folds, held: k + 1 } }));

const overridesOf = (set: Readonly<Record<string, unknown>>, path: readonly PropertyKey[]): Override[] =>
  Object.entries(set).map(([key, value]) => ({ key, value, path: [...path, key] }));
