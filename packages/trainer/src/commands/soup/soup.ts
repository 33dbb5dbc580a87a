import { resolve } from 'node:path';
import { InputError, percent } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { selectBackend } from '@glyphlab/nn';
import { namesOf, requireAlike, requireEmptyFolder, writeModel } from '@glyphlab/saved-model';
import { greedyIngredients, type Network, Soup } from '@glyphlab/training';
import { openModel } from '../../project/saved-model.ts';
import { terminal } from '../../project/terminal.ts';
import { evaluateNetwork } from '../../run/evaluate-on-test.ts';
import { disposeSource, imageSource } from '../../run/image-source.ts';
import { loadData } from '../../run/load-data.ts';
import { makeAugmentation } from '../../run/make-parts.ts';
import { readExperiment } from '../../run/read-experiment.ts';
import { exampleOf } from '../../run/save-model.ts';
import { type Member, requireOneArchitecture, requireSameData } from './require-soup.ts';

export interface SoupOptions {
  model: readonly string[];
  config: string;
  greedy?: boolean;
  out: string;
  json?: boolean;
}

/** Of validation images. */
interface Measured {
  /** 0–1. */
  accuracy: number;
  /** Nats. */
  loss: number;
}

export interface SoupResult {
  /** As they were named. */
  members: (Measured & { name: string })[];
  /** Those whose weights were averaged. */
  ingredients: string[];
  soup: Measured;
  /** Validation images. */
  count: number;
  /** Folder of the model. */
  out: string;
}

/**
 * Averages the weights of models, lets batch norms learn their statistics anew, and writes the result as a model.
 *
 * @throws InputError SOUP_ONE_MODEL, SOUP_OTHER_LAYERS, SOUP_OF_ENSEMBLE, SOUP_OTHER_DATA, MODELS_DO_NOT_MATCH, EXPORT_OUT_NOT_EMPTY; what
 *   `openModel` and reading a configuration do
 */
export async function cookSoup({ model: names, config: file, greedy, out }: SoupOptions): Promise<SoupResult> {
  if (names.length < 2)
    throw new InputError('SOUP_ONE_MODEL', 'A soup needs two models or more.', { where: '--model' });
  await requireEmptyFolder(out, 'Name another one.');
  const { config, project } = await readExperiment({ config: file, set: [] });
  await selectBackend({ backend: 'auto', threads: 'auto', towers: 1, ...terminal });
  const members: Member[] = [];
  for (const name of names) members.push({ name, ...(await openModel(name)) });
  requireAlike(members);
  requireOneArchitecture(members);
  const dataset = await loadData(config, project.kinds, new AbortController().signal);
  for (const member of members) requireSameData(member, dataset);
  tellOfSeeds(members, config.seed);

  const measure = (network: Network): Promise<Measured> => onValidation(network, dataset, config.evaluation.batchSize);
  const measured: SoupResult['members'] = [];
  for (const { name, network } of members) measured.push({ name, ...(await measure(network)) });
  const { seed, augmentation, training } = config;
  const train = imageSource(dataset.train, dataset.imageShape);
  const { network } = await openModel(names[0]!);
  const soup = new Soup(
    network,
    members.map((member) => member.network),
    train,
    {
      // What the networks saw last.
      augmentation: await makeAugmentation(training.refine?.augmentation ?? augmentation, project.kinds),
      seed,
      batchSize: training.batchSize,
    },
  );
  try {
    const accuracyOf = async (ingredients: readonly number[]): Promise<number> => {
      await soup.mix(ingredients);
      return (await measure(network)).accuracy;
    };
    const all = members.map((_, k) => k);
    const accuracies = measured.map(({ accuracy }) => accuracy);
    const ingredients = greedy ? (await greedyIngredients(accuracies, accuracyOf)).ingredients : all;
    await soup.mix(ingredients);
    const reached = await measure(network);
    const taken = ingredients.map((k) => members[k]!);
    await write(network, taken, dataset, out);
    tellIfWorse(reached, measured, greedy);
    return {
      members: measured,
      ingredients: taken.map(({ name }) => name),
      soup: reached,
      count: dataset.val.size,
      out: resolve(out),
    };
  } finally {
    soup.dispose();
    disposeSource(train);
  }
}

async function onValidation(network: Network, dataset: Dataset, batchSize: number): Promise<Measured> {
  const { val, imageShape, classNames } = dataset;
  const { accuracy, loss } = await evaluateNetwork(network, { test: val, imageShape, classNames }, { batchSize });
  return { accuracy, loss };
}

/** The seed divides training from validation images. */
function tellOfSeeds(members: readonly Member[], seed: number): void {
  for (const { name, card } of members) {
    const theirs = card.origin?.seed;
    if (theirs !== undefined && theirs !== seed)
      terminal.onMessage(
        `Warning: ${name} was trained with seed ${theirs}, the configuration has seed ${seed}: it has learnt from most of these validation images, and its accuracy on them, and the soup's, is too high.`,
      );
  }
}

function tellIfWorse(soup: Measured, members: SoupResult['members'], greedy = false): void {
  const best = members.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  if (soup.accuracy >= best.accuracy) return;
  terminal.onMessage(
    `Warning: The soup is worse than its best member, ${percent(soup.accuracy)} to ${percent(best.accuracy)} (${best.name}). Networks that do not share a beginning have weights whose mean means nothing: start the runs from one network (model.from)${greedy ? '' : ', try --greedy'}, or join them by npx glyphlab export --model …, which averages their answers.`,
  );
}

async function write(network: Network, taken: readonly Member[], dataset: Dataset, out: string): Promise<void> {
  const [{ card: first }] = taken as [Member];
  const { origin: _origin, meanOf: _meanOf, ...shared } = first;
  const cards = taken.map(({ card }) => card);
  const card = {
    ...shared,
    ...(first.kind === undefined && first.origin && { kind: first.origin.architecture }),
    name: `soup of ${namesOf(cards)}`,
    meanOf: { what: 'weights' as const, members: cards },
  };
  const example = exampleOf(dataset.val, dataset.imageShape);
  await writeModel(resolve(out), network.model, card, { example, onMessage: terminal.onMessage });
}

/** As a person reads it: a line a model, and the soup. */
export function describeSoup({ members, ingredients, soup, count, out }: SoupResult): string {
  const line = (name: string, { accuracy, loss }: Measured): string =>
    `${percent(accuracy).padStart(8)}  loss ${loss.toFixed(4)}  ${name}`;
  return [
    `Accuracy of ${count.toLocaleString('en')} validation images`,
    ...members.map((member) => line(member.name, member)),
    line(`soup of ${ingredients.length}: ${ingredients.join(', ')}`, soup),
    `Model  ${out}`,
  ].join('\n');
}
