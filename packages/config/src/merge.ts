import { nearest } from '@glyphlab/core';
import { describeOrigin, type MapNode, type Node } from './node.ts';
import { whereOf, type Problem } from './problem.ts';

export const isNull = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

const typeOf = (node: MapNode): unknown => {
  const type = node.entries.get('type');
  return type?.kind === 'scalar' ? type.value : undefined;
};

/** The `type` of the mapping at a path where none is written; undefined if it must be written. */
export type DefaultTypes = (path: readonly string[]) => unknown;

/**
 * Whether `over` chooses something else than `base`: another `type` means other options, so nothing of the base's is kept.
 * Without this, going from sgd to adam would have to delete momentum, nesterov and so on one by one.
 */
function choosesAnother(base: MapNode, over: MapNode, path: readonly string[], defaultTypes: DefaultTypes): boolean {
  const chosen = typeOf(over);
  if (chosen === undefined) return false;
  const before = typeOf(base) ?? defaultTypes(path);
  return before !== undefined && before !== chosen;
}

/** Takes out the nulls of a value that stands alone: they have nothing to delete. */
export function withoutNulls(node: Node, path: readonly string[], problems: Problem[]): Node {
  if (node.kind !== 'map') return node;
  return merge({ kind: 'map', origin: node.origin, entries: new Map() }, node, path, problems, () => undefined);
}

/** Deletes a key that must be there: a misspelt deletion would otherwise go unnoticed. */
export function deleteKey(map: MapNode, key: string, at: Node, path: readonly string[], problems: Problem[]): void {
  if (map.entries.delete(key)) return;
  const similar = nearest(key, map.entries.keys());
  problems.push({
    code: 'CONFIG_NOTHING_TO_DELETE',
    where: whereOf(describeOrigin(at.origin), path),
    message: 'null deletes a key, but there is no such key to delete.',
    hint: similar && `Did you mean "${similar}"?`,
  });
}

/**
 * `over` laid onto `base`: mappings key by key, lists and scalars replaced, `null` deletes.
 * A mapping whose `type` is another one replaces the whole mapping.
 */
export function merge(
  base: Node,
  over: Node,
  path: readonly string[],
  problems: Problem[],
  defaultTypes: DefaultTypes,
): Node {
  if (over.kind !== 'map') return over;
  if (base.kind !== 'map' || choosesAnother(base, over, path, defaultTypes)) return withoutNulls(over, path, problems);
  const merged: MapNode = { kind: 'map', origin: over.origin, entries: new Map(base.entries) };
  for (const [key, child] of over.entries) {
    const childPath = [...path, key];
    const old = base.entries.get(key);
    if (isNull(child)) deleteKey(merged, key, child, childPath, problems);
    else
      merged.entries.set(
        key,
        old ? merge(old, child, childPath, problems, defaultTypes) : withoutNulls(child, childPath, problems),
      );
  }
  return merged;
}
