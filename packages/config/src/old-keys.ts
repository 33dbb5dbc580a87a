import type { MapNode, Node } from './node.ts';

/** Keys that have moved since a release whose configurations, and whose runs, are still about: from, to. */
const moved: readonly (readonly [from: readonly string[], to: readonly string[]])[] = [
  [
    ['training', 'labelSmoothing'],
    ['training', 'loss', 'labelSmoothing'],
  ],
];

/** Puts what stands under an old key where it belongs now, unless something stands there. */
export const moveOldKeys = (root: Node): Node => moved.reduce((node, [from, to]) => move(node, from, to), root);

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
