import { dirname, relative, resolve } from 'node:path';
import { type DefaultTypes, merge, withoutNulls } from './merge.ts';
import { describeOrigin, type MapNode, type Node } from './node.ts';
import { parseYaml } from './parse-yaml.ts';
import { ProblemsFound, whereOf, type Problem } from './problem.ts';
import { readConfigFile } from './read-file.ts';

const emptyMap = (file: string): MapNode => ({ kind: 'map', origin: { file }, entries: new Map() });

/** Reads a file and, before it, what it extends; later ones win. Problems are collected. */
export class ConfigReader {
  readonly #cwd: string;
  readonly #defaultTypes: DefaultTypes;
  readonly problems: Problem[] = [];

  constructor(cwd: string, defaultTypes: DefaultTypes) {
    this.#cwd = cwd;
    this.#defaultTypes = defaultTypes;
  }

  /** As messages show it: relative to the working directory if inside of it. */
  show(path: string): string {
    const shown = relative(this.#cwd, path);
    return shown.startsWith('..') ? path : shown || '.';
  }

  /**
   * @param path absolute
   * @param chain the files on the way here, absolute
   * @param asked what asked for this file
   */
  read(path: string, chain: readonly string[] = [], asked?: string): MapNode {
    const shown = this.show(path);
    if (chain.includes(path)) {
      const cycle = [...chain.slice(chain.indexOf(path)), path].map((file) => this.show(file)).join(' → ');
      this.problems.push({
        code: 'CONFIG_EXTENDS_CYCLE',
        where: asked ?? shown,
        message: `Files extend each other: ${cycle}.`,
      });
      return emptyMap(shown);
    }
    const own = this.#parse(path, shown, asked);
    const bases = this.#extends(own).map(({ file, where }) =>
      this.read(resolve(dirname(path), file), [...chain, path], where),
    );
    own.entries.delete('extends');
    const [first, ...more] = [...bases, own];
    const start = withoutNulls(first!, [], this.problems);
    return more.reduce<Node>(
      (base, over) => merge(base, over, [], this.problems, this.#defaultTypes),
      start,
    ) as MapNode;
  }

  #parse(path: string, shown: string, asked?: string): MapNode {
    try {
      const node = parseYaml(readConfigFile(path, shown, asked), (line) => ({ file: shown, line }));
      if (node?.kind === 'map') return { ...node, origin: { file: shown } };
      this.problems.push(
        node
          ? {
              code: 'CONFIG_NOT_A_MAPPING',
              where: describeOrigin(node.origin),
              message: 'A configuration is a mapping of keys to values.',
            }
          : {
              code: 'CONFIG_EMPTY',
              where: shown,
              message: 'The file is empty.',
              hint: 'It needs at least "extends: <file>".',
            },
      );
    } catch (error) {
      if (!(error instanceof ProblemsFound)) throw error;
      this.problems.push(...error.problems);
    }
    return emptyMap(shown);
  }

  #extends(own: MapNode): { file: string; where: string }[] {
    const node = own.entries.get('extends');
    if (!node) return [];
    return (node.kind === 'list' ? node.items : [node]).flatMap((item) => {
      const where = whereOf(describeOrigin(item.origin), ['extends']);
      if (item.kind === 'scalar' && typeof item.value === 'string' && item.value) {
        if (!item.value.startsWith('~')) return [{ file: item.value, where }];
        this.problems.push({
          code: 'CONFIG_INVALID_VALUE',
          where,
          message: `"~" is not replaced by your home directory. Received: "${item.value}".`,
          hint: 'Give an absolute path, or one that starts from the folder of this file.',
        });
        return [];
      }
      this.problems.push({ code: 'CONFIG_INVALID_VALUE', where, message: 'Expected a file name, or a list of them.' });
      return [];
    });
  }
}
