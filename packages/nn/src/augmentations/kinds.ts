import { z } from 'zod';
import { defineAugmentation } from './augment.ts';
import { fill, range } from './options.ts';
import { blur, colorJitter, flip, grayscale, perspective, randomResizedCrop } from './photo-kinds.ts';

const upTo = (maximum: number) => z.number().min(0).max(maximum);

/** The ranges of a random affine map. All default to 0: off. */
const affineOptions = z
  .strictObject({
    rotation: upTo(180)
      .default(0)
      .describe('Turn by up to ± this many degrees. Default 0. Digits: 10; beyond 30, 6 and 9 begin to mix.'),
    scale: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('Grow or shrink by up to ± this fraction: 0.1 draws from 0.9 to 1.1. Default 0.'),
    shear: upTo(60).default(0).describe('Slant by up to ± this many degrees. Default 0.'),
    translate: upTo(1024)
      .default(0)
      .describe(
        'Shift by up to ± this many pixels, independently in each direction. Default 0. 2.8 is 10 % of 28 pixels.',
      ),
    fill,
  })
  .describe('Random turn, scale, slant and shift, each drawn uniformly from its range.');

const elasticOptions = z
  .strictObject({
    alpha: z
      .number()
      .positive()
      .max(10_000)
      .default(34)
      .describe(
        'Strength: noise in [-1, 1] is smoothed and multiplied by this many pixels. Default 34, as Simard et al. 2003 chose for MNIST.',
      ),
    sigma: z
      .number()
      .positive()
      .max(100)
      .default(4)
      .describe(
        'Standard deviation in pixels of the Gaussian that smooths the noise. Default 4, as Simard et al. 2003.',
      ),
    fill,
  })
  .describe('Elastic distortion (Simard, Steinkraus, Platt 2003).');

const erasingOptions = z
  .strictObject({
    probability: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('Share of the images that get a hole. Default 0.5, as Zhong et al. 2017.'),
    area: range(z.number().positive().max(1), 'area')
      .default([0.02, 0.2])
      .describe(
        'Smallest and largest hole as a fraction of the image. Default [0.02, 0.2]: half of Zhong et al., since strokes cover little of it.',
      ),
  })
  .describe('Random erasing of a rectangle (Zhong et al. 2017).');

const affine = defineAugmentation({
  type: 'affine',
  options: affineOptions,
  load: async () => {
    const { affine } = await import('./affine.ts');
    return (options) => (images, random) => affine(images, options, random);
  },
});

const elastic = defineAugmentation({
  type: 'elastic',
  options: elasticOptions,
  load: async () => {
    const { elastic } = await import('./elastic.ts');
    return (options) => (images, random) => elastic(images, options, random);
  },
});

const erasing = defineAugmentation({
  type: 'erasing',
  options: erasingOptions,
  load: async () => {
    const { erasing } = await import('./erasing.ts');
    return (options) => (images, random) => erasing(images, options, random);
  },
});

/** Ours. */
export const augmentations = [
  affine,
  elastic,
  erasing,
  flip,
  randomResizedCrop,
  perspective,
  colorJitter,
  grayscale,
  blur,
];
