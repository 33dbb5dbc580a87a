import type { Preparation } from '@glyphlab/pictures';

/** Pictures for a model are prepared as those were that it has learnt from. */
export function preparationFor(dataset: string): Preparation {
  if (dataset.startsWith('emnist')) return 'emnist';
  return dataset === 'mnist' || dataset === 'mnist-10k' ? 'mnist' : 'resize';
}
