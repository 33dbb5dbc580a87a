import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';

/** Finds the line of a key: errors point there. */
export class Places {
  readonly #file: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  /** @param file as messages show it */
  constructor(file: string, document: Document.Parsed, lines: LineCounter) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
  }

  /** `experiments/a.yaml:7 › members.0.seeds`; of a key that is not there, the line of what it belongs in. */
  where(path: readonly PropertyKey[]): string {
    const line = this.lineAt(this.#offset(path));
    return path.length > 0 ? `${line} › ${path.join('.')}` : line;
  }

  /** `experiments/a.yaml:7`. */
  origin(path: readonly PropertyKey[]): string {
    return this.lineAt(this.#offset(path));
  }

  lineAt(offset: number): string {
    return `${this.#file}:${this.#lines.linePos(offset).line}`;
  }

  #offset(path: readonly PropertyKey[]): number {
    let node: unknown = this.#document.contents;
    let offset = (node as Node | null)?.range?.[0] ?? 0;
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(this.#document);
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
        if (!pair) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(key)];
        offset = (node as Node | undefined)?.range?.[0] ?? offset;
      } else break;
    }
    return offset;
  }
}
