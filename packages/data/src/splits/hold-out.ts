import { ConfigError, DataError } from '@glyphlab/core';
import { classCounts, type Split } from '../dataset.ts';
import { createRandom, type Random } from './random.ts';
import { perClassSplit, stratifiedSplit } from './stratify.ts';

/** Parts of a dataset as they were found; those that are missing are taken off the training images. */
export interface GivenParts {
  train: Split;
  val?: Split | undefined;
  test?: Split | undefined;
}

export interface HoldOutOptions {
  /** Of the training images, where there is no validation part. */
  valFraction: number;
  /** Likewise for the test; not used with `perClass`. */
  testFraction: number;
  /** Images of each class to train and validate on; the rest is the test where there is none. */
  perClass?: number | undefined;
  seed: number;
  classNames: readonly string[];
  /** Where the images come from, for messages. */
  source: string;
}

/**
 * All three parts: what is missing is held out from the training images at random, every class in proportion. First the test: it
 * stays the same whatever is held out for validation.
 *
 * @throws ConfigError if nothing would be left to train on; DataError if a class has fewer images than `perClass`
 */
export function holdOut(given: GivenParts, options: HoldOutOptions): Required<{ [part in keyof GivenParts]: Split }> {
  const random = createRandom(options.seed);
  let { train, test } = given;
  if (options.perClass !== undefined) {
    const [rest, chosen] = takePerClass(train, options.perClass, options, random);
    train = chosen;
    test ??= rest;
    if (test.size === 0) throw nothingLeft(options);
  }
  // Of all that there was, as long as nothing is chosen a class.
  const count = train.size;
  if (!test) [train, test] = heldOut(train, count, 'testFraction', options, random);
  let { val } = given;
  if (!val) [train, val] = heldOut(train, count, 'valFraction', options, random);
  return { train, val, test };
}

function heldOut(
  train: Split,
  count: number,
  key: 'testFraction' | 'valFraction',
  options: HoldOutOptions,
  random: Random,
): [rest: Split, taken: Split] {
  const taken = Math.max(1, Math.round(count * options[key]));
  if (taken < train.size) return stratifiedSplit(train, taken, random);
  throw new ConfigError('CONFIG_INVALID_VALUE', `Of ${count} pictures, none would be left to train on.`, {
    where: `dataset.${key}`,
    hint: 'Hold out fewer, or add pictures.',
  });
}

/**
 * Parts off the same number of images of each class, at random.
 *
 * @throws DataError if a class has fewer
 */
export function takePerClass(
  split: Split,
  perClass: number,
  { classNames, source }: Pick<HoldOutOptions, 'classNames' | 'source'>,
  random: Random,
): [rest: Split, chosen: Split] {
  const counts = classCounts(split, classNames.length);
  const short = classNames.flatMap((name, label) => (counts[label]! < perClass ? [`${name} (${counts[label]})`] : []));
  if (short.length === 0) return perClassSplit(split, perClass, random);
  const listed = short.slice(0, 20).join(', ') + (short.length > 20 ? ', …' : '');
  throw new DataError('DATA_TOO_FEW', `Fewer than ${perClass} training images: ${listed}. See dataset.perClass.`, {
    where: source,
    hint: `Set dataset.perClass to ${Math.min(...counts)} at most, or add pictures to these classes.`,
  });
}

const nothingLeft = ({ perClass }: HoldOutOptions): ConfigError =>
  new ConfigError('CONFIG_INVALID_VALUE', `With ${perClass} of each class taken, no picture is left for the test.`, {
    where: 'dataset.perClass',
    hint: 'Use fewer, or put the test images into a folder of their own.',
  });
