import { nearest } from '@glyphlab/core';
import type { Registry } from './kinds.ts';
import { describeOrigin, type Node, type Origin, toValue } from './node.ts';
import { type Problem, whereOf } from './problem.ts';

/** Stands for the preset of the dataset. */
const AUTO = 'auto';
const NONE = 'none';
/** Of datasets that do not say: most are pictures of something. */
const USUAL = 'photo';

/** The words that may stand for a list of augmentations. */
export const augmentationWords = ({ augmentationPresets = {} }: Registry): string[] => [
  AUTO,
  ...Object.keys(augmentationPresets),
  NONE,
];

/** Puts the list in the place of `augmentation: photo`, `handwriting`, `auto` or `none`; other words are a problem. */
export function expandPresets(root: Node, registry: Registry, problems: Problem[]): Node {
  const node = root.kind === 'map' ? root.entries.get('augmentation') : undefined;
  if (root.kind !== 'map' || node?.kind !== 'scalar' || typeof node.value !== 'string') return root;
  const { origin, value: word } = node;
  const { augmentationPresets = {} } = registry;
  const known = augmentationWords(registry);
  const put = (list: Node): Node => ({ ...root, entries: new Map(root.entries).set('augmentation', list) });
  if (!known.includes(word)) {
    const similar = nearest(word, known);
    problems.push({
      code: 'CONFIG_INVALID_VALUE',
      where: whereOf(describeOrigin(origin), ['augmentation']),
      message: `Expected a list of augmentations, or one of the words ${known.join(', ')}. Received: "${word}".`,
      hint: similar && `Did you mean "${similar}"?`,
    });
    return put(toNode([], origin));
  }
  if (word === NONE) return put(toNode([], origin));
  return put(toNode(augmentationPresets[word === AUTO ? presetOf(root, registry) : word] ?? [], origin));
}

/** The preset of the dataset that the configuration names. */
function presetOf(root: Node, { datasets }: Registry): string {
  const { dataset } = toValue(root) as { dataset?: { type?: unknown } };
  return datasets.find(({ type }) => type === dataset?.type)?.augmentation ?? USUAL;
}

function toNode(value: unknown, origin: Origin): Node {
  if (Array.isArray(value)) return { kind: 'list', origin, items: value.map((item) => toNode(item, origin)) };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', origin, value };
  const entries = Object.entries(value).map(([key, child]) => [key, toNode(child, origin)] as const);
  return { kind: 'map', origin, entries: new Map(entries) };
}
