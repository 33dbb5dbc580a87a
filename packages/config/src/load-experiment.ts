import { resolve } from 'node:path';
import { ConfigReader } from './extend.ts';
import type { Registry } from './kinds.ts';
import type { DefaultTypes } from './merge.ts';
import type { Node, MapNode } from './node.ts';
import { applyOverrides, type OverrideText } from './overrides.ts';
import { ProblemsFound, toConfigError, type Problem } from './problem.ts';
import { expandPresets } from './presets.ts';
import { defaultTypeAt } from './schema-walk.ts';
import { createExperimentSchema, type ExperimentConfig } from './schema/experiment.ts';
import { validate } from './validate.ts';

export interface LoadOptions {
  /** Overrides as `training.epochs=2`; the value is YAML. Applied after `extends`, the last one wins. */
  set?: readonly OverrideText[];
  registry: Registry;
  /** Where relative `file` starts from, and what paths in messages are relative to. Default: the process's. */
  cwd?: string;
  /** What asked for the file, where messages should say that it is missing: a place in another file. */
  asked?: string;
}

/** An experiment, and where its values were written. */
export interface TracedExperiment {
  config: ExperimentConfig;
  written: Node;
}

/**
 * Reads an experiment file with everything it extends.
 *
 * @throws ConfigError with every problem found, each with its file, line and key
 */
export const loadExperiment = (file: string, options: LoadOptions): ExperimentConfig =>
  traceExperiment(file, options).config;

/** As `loadExperiment`, and keeps where values were written. */
export function traceExperiment(
  file: string,
  { set = [], registry, cwd = process.cwd(), asked }: LoadOptions,
): TracedExperiment {
  const schema = createExperimentSchema(registry);
  const defaultTypes: DefaultTypes = (at) => defaultTypeAt(schema, at);
  const reader = new ConfigReader(cwd, defaultTypes);
  const path = resolve(cwd, file);
  const problems: Problem[] = reader.problems;
  const written = reader.read(path, [], asked);
  const fail = (): void => {
    const [first, ...more] = problems;
    if (first) throw toConfigError([first, ...more], reader.show(path));
  };

  // Of what could not be read, no key can be judged; overrides alone can.
  const unread = problems.length > 0;
  let root: Node = written;
  try {
    root = applyOverrides(written, set, defaultTypes);
  } catch (error) {
    if (!(error instanceof ProblemsFound)) throw error;
    problems.push(...error.problems.filter(({ code }) => !unread || code === 'CONFIG_BAD_OVERRIDE'));
  }
  if (unread) fail();

  root = expandPresets(moveOldKeys(root), registry, problems);
  const result = validate(schema, root);
  problems.push(...result.problems);
  fail();
  return { config: result.value as ExperimentConfig, written: root };
}

/** Keys that have moved since a release whose configurations, and whose runs, are still about: from, to. */
const moved: readonly (readonly [from: readonly string[], to: readonly string[]])[] = [
  [
    ['training', 'labelSmoothing'],
    ['training', 'loss', 'labelSmoothing'],
  ],
  [
    ['training', 'classWeights'],
    ['training', 'loss', 'classWeights'],
  ],
];

/** Puts what stands under an old key where it belongs now, unless something stands there. */
const moveOldKeys = (root: Node): Node => moved.reduce((node, [from, to]) => move(node, from, to), root);

function move(root: Node, from: readonly string[], to: readonly string[]): Node {
  const value = valueAt(root, from);
  if (!value) return root;
  const without = change(root, from, () => undefined);
  return valueAt(without, to) ? without : change(without, to, () => value);
}

const valueAt = (node: Node | undefined, path: readonly string[]): Node | undefined =>
  path.reduce<Node | undefined>((at, key) => (at?.kind === 'map' ? at.entries.get(key) : undefined), node);

/** A copy of the tree with another value, or none, at `path`. */
function change(node: Node, [key, ...rest]: readonly string[], make: () => Node | undefined): Node {
  if (node.kind !== 'map') return node;
  const entries = new Map(node.entries);
  const empty: MapNode = { kind: 'map', origin: node.origin, entries: new Map() };
  const child = rest.length === 0 ? make() : change(entries.get(key!) ?? empty, rest, make);
  if (child) entries.set(key!, child);
  else entries.delete(key!);
  return { ...node, entries };
}
