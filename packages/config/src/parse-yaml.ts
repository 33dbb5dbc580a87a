import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node as YamlNode,
} from 'yaml';
import { describeOrigin, type Node, type Origin } from './node.ts';
import { ProblemsFound, whereOf, type Problem } from './problem.ts';

/** More values than any experiment has: what is larger is a mistake, or a few aliases that unfold without end. */
const maxValues = 10_000;

/**
 * Parses YAML 1.2 into nodes that know their lines.
 *
 * @param place the origin of a line of the text
 * @returns undefined if there is nothing but comments
 * @throws ProblemsFound with every syntax error, duplicate key and value that is left empty
 */
export function parseYaml(text: string, place: (line: number) => Origin): Node | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const originAt = (offset: number) => place(lines.linePos(offset).line);

  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    throw new ProblemsFound(
      ...errors.map(({ code, message, pos }): Problem => {
        const where = describeOrigin(originAt(pos[0]));
        if (code !== 'DUPLICATE_KEY')
          return { code: 'CONFIG_NOT_YAML', where, message: `Not valid YAML: ${message}.`.replace('..', '.') };
        const key = /^[^:\s]+/.exec(text.slice(pos[0]))?.[0] ?? '';
        return {
          code: 'CONFIG_DUPLICATE_KEY',
          where: whereOf(where, [key]),
          message: 'The same key stands twice in one mapping.',
        };
      }),
    );
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.source === '')) return undefined;

  const problems: Problem[] = [];
  const node = new Builder(document, originAt, problems).build(
    document.contents,
    originAt(document.contents.range![0]),
    [],
  );
  if (problems.length > 0) throw new ProblemsFound(...problems);
  return node;
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
      entries.set(String(key.value), this.build(value, keyOrigin, [...path, String(key.value)]));
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
    return { kind: 'scalar', origin, value: node.value };
  }

  #lineOf(node: unknown, otherwise: Origin): Origin {
    const range = (node as YamlNode | null)?.range;
    return range ? this.#originAt(range[0]) : otherwise;
  }

  #report(origin: Origin, path: readonly string[], message: string, hint?: string): void {
    this.#problems.push({ code: 'CONFIG_EMPTY_VALUE', where: whereOf(describeOrigin(origin), path), message, hint });
  }

  #stop(origin: Origin, path: readonly string[], message: string): never {
    throw new ProblemsFound({ code: 'CONFIG_NOT_YAML', where: whereOf(describeOrigin(origin), path), message });
  }
}
