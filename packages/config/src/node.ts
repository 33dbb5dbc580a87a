/** Where a value stands: a line of a file, or an override of the command line. */
export type Origin = { file: string; line?: number } | { override: string };

interface Located {
  /** The line of the key, or of the list item. */
  origin: Origin;
}

interface ScalarNode extends Located {
  kind: 'scalar';
  value: unknown;
  /** As it was written, without quotes. */
  source?: string;
}

export interface ListNode extends Located {
  kind: 'list';
  items: Node[];
}

export interface MapNode extends Located {
  kind: 'map';
  entries: Map<string, Node>;
}

/** A YAML value that still knows where it was written, through every merge. */
export type Node = ScalarNode | ListNode | MapNode;

/** `configs/a.yaml:7`, or `--set training.epochs=0`. */
export const describeOrigin = (origin: Origin): string =>
  'override' in origin ? `--set ${origin.override}` : origin.line ? `${origin.file}:${origin.line}` : origin.file;

/** Plain JavaScript values of a node. */
export function toValue(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toValue);
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, toValue(child)]));
}

/** The node at `path`, or the nearest one around it that was written at all. */
export function nearestNode(node: Node, path: readonly PropertyKey[]): Node {
  const [head, ...rest] = path;
  if (head === undefined) return node;
  const child =
    node.kind === 'map' ? node.entries.get(String(head)) : node.kind === 'list' ? node.items[Number(head)] : undefined;
  return child ? nearestNode(child, rest) : node;
}

/** The origin of the value at `path`, or of the nearest thing around it that was written at all. */
export const originAt = (node: Node, path: readonly PropertyKey[]): Origin => nearestNode(node, path).origin;
