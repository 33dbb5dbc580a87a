import { InputError } from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';
import type { ReadModel } from '../read/read-model.ts';
import { joinTopologies, topologyOf } from './join-topologies.ts';

/** A member of an ensemble, and what a person called it. */
export interface EnsembleMember extends Pick<ReadModel, 'probabilities' | 'card'> {
  name: string;
}

/** What models have in common whose answers can be averaged. */
const shared: Readonly<Record<string, (card: ModelCard) => string>> = {
  'takes images': ({ imageShape }) => `[${imageShape.join(', ')}]`,
  // Accents may be written as characters of their own, as macOS does.
  'knows the classes': ({ classNames }) => listOf(classNames.map((name) => name.normalize('NFC'))),
  'prepares pixels as': ({ preprocessing }) => preprocessing,
  'draws pictures as': ({ pictures }) => pictures ?? 'not said',
};

const SHOWN = 40;
const listOf = (names: readonly string[]): string => names.join(', ');
const short = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text);

/** @throws InputError MODELS_DO_NOT_MATCH if one takes other images, prepares them otherwise, or knows other classes or their order differs */
export function requireAlike(members: readonly { name: string; card: ModelCard }[]): void {
  const [first, ...others] = members as [(typeof members)[number], ...typeof members];
  for (const { name, card } of others)
    for (const [what, of] of Object.entries(shared)) {
      if (of(card) === of(first.card)) continue;
      const classes = what === 'knows the classes' ? differentClasses(first.card, card) : undefined;
      const [ours, theirs] = classes ?? [of(first.card), of(card)].map(short);
      throw new InputError(
        'MODELS_DO_NOT_MATCH',
        `The models cannot be joined: ${first.name} ${what} ${ours}; ${name} ${what} ${theirs}.`,
        { where: '--model', hint: 'Name models that were trained on one dataset, with the same options for it.' },
      );
    }
}

/** From the first class on that differs, with its place. */
function differentClasses(first: ModelCard, other: ModelCard): string[] {
  const length = Math.max(first.classNames.length, other.classNames.length);
  const at = Array.from({ length }, (_, k) => k).find(
    (k) => first.classNames[k]?.normalize('NFC') !== other.classNames[k]?.normalize('NFC'),
  )!;
  return [first, other].map(
    ({ classNames }) => `(${classNames.length}, in place ${at + 1} ${classNames[at] ?? 'none'})`,
  );
}

/**
 * One model whose answer is the mean of its members' probabilities (Lakshminarayanan et al. 2017, "Deep Ensembles", §2.4). The members'
 * layers lie side by side in it, as `member1_…`: what each format can hold of a member, it can hold of all of them.
 *
 * @param members at least two
 * @returns images [n, h, w, c] in [-1, 1] → probabilities [n, classes]
 * @throws InputError MODELS_DO_NOT_MATCH
 */
export async function joinProbabilities(
  members: readonly EnsembleMember[],
): Promise<{ model: tf.LayersModel; card: ModelCard }> {
  requireAlike(members);
  const [{ card: first }] = members as [EnsembleMember];
  const cards = members.map(({ card }) => card);
  const card: ModelCard = {
    name: `mean of ${namesOf(cards)}`,
    dataset: first.dataset,
    classNames: first.classNames,
    imageShape: first.imageShape,
    preprocessing: first.preprocessing,
    ...(first.pictures && { pictures: first.pictures }),
    meanOf: { what: 'probabilities', members: cards },
  };
  const prefixes = members.map((_, k) => `member${k + 1}_`);
  const joined = joinTopologies(
    members.map(({ probabilities }) => topologyOf(probabilities)),
    prefixes,
    first.imageShape,
  );
  const model = await tf.models.modelFromJSON({ modelTopology: { ...joined } as never });
  // By layer: their order in the whole is another.
  members.forEach(({ probabilities }, k) => {
    for (const layer of probabilities.layers)
      if (layer.weights.length > 0) model.getLayer(`${prefixes[k]}${layer.name}`).setWeights(layer.getWeights());
  });
  return { model, card };
}

/** As `mnist, 2 × wide`. */
export function namesOf(cards: readonly ModelCard[]): string {
  const counts = new Map<string, number>();
  for (const { name } of cards) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${count} × ${name}` : name)).join(', ');
}
