import { mcnemarExact, rightOf } from '@glyphlab/evaluation';
import { WEIGHTS_TAG } from '../../report/weights-tag.ts';
import { dataOf, differing, environmentOf, haveSameImages, SIGNIFICANT } from '../compare/differences.ts';
import type { GatheredRun } from '../compare/gather.ts';

/** How a run that was had again ended, to the first. */
export interface Verdict {
  kind: 'identical' | 'noise' | 'different';
  /** Sentences for a person. */
  lines: string[];
}

/** The loss of the first epoch, where rounding has not yet grown, may differ by so much. */
const FIRST_EPOCH_TOLERANCE = 0.02;
const SEED_NOISE = 2;

/**
 * Whether two runs of the same configuration came to the same. Sums in another order, as threads and other processors make them,
 * differ in the last bits, and training makes that grow: then the first epoch is still about the same, and the test results differ
 * by no more than chance.
 */
export function verdictOf(first: GatheredRun, again: GatheredRun): Verdict {
  const differences = [
    ...differing([dataOf(first), dataOf(again)]).map((part) => `The ${part} data differ.`),
    ...differing([environmentOf(first), environmentOf(again)])
      .filter((key) => environmentOf(first)[key] !== undefined && environmentOf(again)[key] !== undefined)
      .map((key) => `${key} was ${environmentOf(first)[key]} and is ${environmentOf(again)[key]}.`),
  ];
  const weights = [first, again].map(({ record }) => record.tags[WEIGHTS_TAG]);
  const parting = firstDifference(first, again);
  if (weights[0] !== undefined && weights[0] === weights[1])
    return { kind: 'identical', lines: ['The same to the last bit: all weights are equal.', ...differences] };
  if (weights.includes(undefined) && parting === undefined && first.record.epochs.size > 0)
    return {
      kind: 'identical',
      lines: ['The same, as far as can be told: every metric of every epoch is equal.', ...differences],
    };
  const lines = [parting ?? 'All metrics are equal, the weights are not.', ...differences];
  const hasOtherData = differing([dataOf(first), dataOf(again)]).length > 0;
  if (!hasOtherData && isWithinNoise(first, again))
    return { kind: 'noise', lines: ['Not the same to the last bit, but within the noise of threads.', ...lines] };
  return { kind: 'different', lines: ['Not the same.', ...lines] };
}

const measured = /^(train|val)\//;

/** The first metric that differs, with its epoch. */
function firstDifference(first: GatheredRun, again: GatheredRun): string | undefined {
  const epochs = Math.max(0, ...first.record.epochs.keys(), ...again.record.epochs.keys());
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const [a, b] = [first.record.epochs.get(epoch), again.record.epochs.get(epoch)];
    if (!a || !b) return `One has ${first.record.epochs.size} epochs, the other ${again.record.epochs.size}.`;
    const key = Object.keys(a).find((name) => measured.test(name) && a[name] !== b[name]);
    if (key !== undefined) return `They diverge in epoch ${epoch}: ${key} was ${a[key]} and is ${b[key]}.`;
  }
  return undefined;
}

function isWithinNoise(first: GatheredRun, again: GatheredRun): boolean {
  const [a, b] = [first, again].map(({ record }) => record.epochs.get(1)?.['train/loss'] ?? NaN);
  const isAlikeAtFirst = Math.abs(a! - b!) <= FIRST_EPOCH_TOLERANCE * Math.abs(a!);
  if (!isAlikeAtFirst || first.record.epochs.size !== again.record.epochs.size) return false;
  if (haveSameImages(first, again))
    return mcnemarExact(rightOf(first.predictions!), rightOf(again.predictions!)).p >= SIGNIFICANT;
  // Without predictions: two binomial deviations of the difference.
  const [x, y] = [first, again].map(({ metrics }) => metrics['test_accuracy'] ?? NaN);
  const count = first.record.datasets.find(({ context }) => context === 'test')?.numImages ?? NaN;
  return Math.abs(x! - y!) <= SEED_NOISE * Math.sqrt((2 * x! * (1 - x!)) / count);
}
