import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node as YamlNode,
  type YAMLError,
} from 'yaml';
import { describeOrigin, type Node, type Origin } from './node.ts';
import { ProblemsFound, whereOf, type Problem } from './problem.ts';

/** More values than any experiment has: what is larger is a mistake, or a few aliases that unfold without end. */
const maxValues = 10_000;

export interface ParseOptions {
  /** False where `#` is more likely a part of the text than the start of a comment. */
  allowComments?: boolean;
}

/**
 * Parses YAML 1.2 into nodes that know their lines.
 *
 * @param place the origin of a line of the text
 * @returns undefined if there is nothing but comments
 * @throws ProblemsFound with every syntax error, duplicate key and value that is left empty
 */
export function parseYaml(
  text: string,
  place: (line: number) => Origin,
  { allowComments = true }: ParseOptions = {},
): Node | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const originAt = (offset: number) => place(lines.linePos(offset).line);

  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0)
    throw new ProblemsFound(
      ...errors.map((error) => syntaxProblem(error, text, describeOrigin(originAt(error.pos[0])))),
    );
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.source === '')) return undefined;
  if (!allowComments && (document.comment || contents.comment)) {
    const [message, where] = ['What follows " #" is a comment in YAML.', describeOrigin(place(1))];
    throw new ProblemsFound({ code: 'CONFIG_NOT_YAML', where, message });
  }

  const problems: Problem[] = [];
  const node = new Builder(document, originAt, problems).build(contents, originAt(contents.range[0]), []);
  if (problems.length > 0) throw new ProblemsFound(...problems);
  return node;
}

/** Of these, the cause is mostly a text with a character that means something to YAML. */
const unquoted = new Set([
  'BAD_SCALAR_START',
  'BLOCK_AS_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
  'BAD_DIRECTIVE',
  'TAG_RESOLVE_FAILED',
  'BAD_ALIAS',
]);

function syntaxProblem({ code, message, pos }: YAMLError, text: string, where: string): Problem {
  if (code === 'DUPLICATE_KEY') {
    const key = /^[^:\s]+/.exec(text.slice(pos[0]))?.[0] ?? '';
    return {
      code: 'CONFIG_DUPLICATE_KEY',
      where: whereOf(where, [key]),
      message: 'This key occurs twice in one mapping.',
    };
  }
  if (code === 'MULTIPLE_DOCS')
    return {
      code: 'CONFIG_NOT_YAML',
      where,
      message: 'A second document begins here.',
      hint: 'Write one experiment per file. Put what several have in common into a file that they extend; several runs are a set: see experiments/.',
    };
  return {
    code: 'CONFIG_NOT_YAML',
    where,
    message: `Not valid YAML: ${message}.`.replace('..', '.'),
    hint: unquoted.has(code) ? 'If it is meant as text, put it in quotes.' : undefined,
  };
}

/** @throws ProblemsFound if the text has `${…}`, which other tools replace */
export function refuseInterpolation(text: string, origin: Origin, key: string): void {
  const problem = interpolationProblem(text, origin, key);
  if (problem) throw new ProblemsFound(problem);
}

function interpolationProblem(value: unknown, origin: Origin, key: string): Problem | undefined {
  if (typeof value !== 'string' || !/\$\{[\w.:]+\}/.test(value)) return undefined;
  return {
    code: 'CONFIG_NO_INTERPOLATION',
    where: whereOf(describeOrigin(origin), key === '' ? [] : [key]),
    message: 'Values are taken as they are written: "${…}" is not replaced.',
    hint: 'Write the value itself, or give it with --set key.path=value.',
  };
}

class Builder {
  readonly #document: Document.Parsed;
  readonly #originAt: (offset: number) => Origin;
  readonly #problems: Problem[];
  /** Nodes that are being built: an alias to one of them would never end. */
  readonly #open = new Set<YamlNode>();
  #values = 0;

  constructor(document: Document.Parsed, originAt: (offset: number) => Origin, problems: Problem[]) {
    this.#document = document;
    this.#originAt = originAt;
    this.#problems = problems;
  }

  build(yaml: unknown, origin: Origin, path: readonly string[]): Node {
    if (++this.#values > maxValues) this.#stop(origin, path, `More than ${maxValues} values.`);
    const node = isAlias(yaml) ? yaml.resolve(this.#document) : (yaml as YamlNode | null);
    if (isAlias(yaml) && !node)
      this.#stop(origin, path, `There is no anchor "&${yaml.source}".`, 'If it is meant as text, put it in quotes.');
    if (node && this.#open.has(node)) this.#stop(origin, path, 'An alias contains itself.');
    if (node) this.#open.add(node);
    const built = this.#collection(node, origin, path) ?? this.#scalar(node, origin, path);
    if (node) this.#open.delete(node);
    return built;
  }

  #collection(node: unknown, origin: Origin, path: readonly string[]): Node | undefined {
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.build(item, this.#lineOf(item, origin), [...path, String(index)]),
      );
      return { kind: 'list', origin, items };
    }
    if (!isMap(node)) return undefined;
    const entries = new Map<string, Node>();
    for (const { key, value } of node.items) {
      const keyOrigin = this.#lineOf(key, origin);
      if (!isScalar(key)) {
        this.#report(keyOrigin, path, 'A key must be plain text.');
        continue;
      }
      // As it is written: 007 and 1.10 are names here, not numbers.
      const name = key.source ?? String(key.value);
      if (name === '<<')
        this.#report(
          keyOrigin,
          [...path, name],
          'Merge keys are not supported.',
          'Use extends: FILE, or write the keys out.',
        );
      entries.set(name, this.build(value, keyOrigin, [...path, name]));
    }
    return { kind: 'map', origin, entries };
  }

  #scalar(node: unknown, origin: Origin, path: readonly string[]): Node {
    if (!isScalar(node) || (node.value === null && !node.source)) {
      this.#report(
        origin,
        path,
        'No value.',
        'Give one, leave the key out, or write null to delete what the file extends.',
      );
      return { kind: 'scalar', origin, value: null };
    }
    const interpolation = interpolationProblem(node.value, origin, path.join('.'));
    if (interpolation) this.#problems.push(interpolation);
    return { kind: 'scalar', origin, value: node.value, ...(node.source !== undefined && { source: node.source }) };
  }

  #lineOf(node: unknown, otherwise: Origin): Origin {
    const range = (node as YamlNode | null)?.range;
    return range ? this.#originAt(range[0]) : otherwise;
  }

  #report(origin: Origin, path: readonly string[], message: string, hint?: string): void {
    this.#problems.push({ code: 'CONFIG_EMPTY_VALUE', where: whereOf(describeOrigin(origin), path), message, hint });
  }

  #stop(origin: Origin, path: readonly string[], message: string, hint?: string): never {
    throw new ProblemsFound({ code: 'CONFIG_NOT_YAML', where: whereOf(describeOrigin(origin), path), message, hint });
  }
}
