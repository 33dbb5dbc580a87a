/*
 * Augmentation that photographs want, as torchvision has it: most of it does handwriting no good.
 */
import { z } from 'zod';
import { defineAugmentation } from './augment.ts';
import { fill, probability, range } from './options.ts';

export const flip = defineAugmentation({
  type: 'flip',
  options: z
    .strictObject({
      horizontal: probability
        .default(0.5)
        .describe(
          'Share of the images that are mirrored left to right. Default 0.5; 0 where left and right differ in meaning.',
        ),
      vertical: probability
        .default(0)
        .describe('Share of the images that are turned upside down. Default 0: few things are seen upside down.'),
    })
    .describe('Mirrors images (Krizhevsky et al. 2012).'),
  load: async () => {
    const { flip } = await import('./flip.ts');
    return (options) => (images, random) => flip(images, options, random);
  },
});

export const randomResizedCrop = defineAugmentation({
  type: 'randomResizedCrop',
  options: z
    .strictObject({
      area: range(z.number().min(0.01).max(1), 'area')
        .default([0.35, 1])
        .describe(
          'Smallest and largest part that is kept, as a fraction of the image. Default [0.35, 1]; torchvision has 0.08, which needs many pictures and epochs.',
        ),
      aspect: range(z.number().min(0.1).max(10), 'aspect')
        .default([3 / 4, 4 / 3])
        .describe(
          "Smallest and largest aspect ratio (width / height) of that part, relative to the image's own. Default [0.75, 1.333], as in torchvision.",
        ),
    })
    .describe('Cuts out a part at random and scales it to the whole (Szegedy et al. 2015), as torchvision does.'),
  load: async () => {
    const { randomResizedCrop } = await import('./random-resized-crop.ts');
    return (options) => (images, random) => randomResizedCrop(images, options, random);
  },
});

export const perspective = defineAugmentation({
  type: 'perspective',
  options: z
    .strictObject({
      distortion: z
        .number()
        .min(0)
        .max(1)
        .default(0.3)
        .describe(
          'How far a corner may move inwards, as a fraction of half the image. Default 0.3; torchvision has 0.5.',
        ),
      probability: probability.default(0.5).describe('Share of the images that are distorted. Default 0.5.'),
      fill,
    })
    .describe('Distorts images as if seen from an angle, as torchvision does.'),
  load: async () => {
    const { perspective } = await import('./perspective.ts');
    return (options) => (images, random) => perspective(images, options, random);
  },
});

const strength = z.number().min(0).max(1).default(0);

export const colorJitter = defineAugmentation({
  type: 'colorJitter',
  options: z
    .strictObject({
      brightness: strength.describe(
        'Multiplied by a factor from 1 minus this to 1 plus this. Default 0: off; 0.2 is usual.',
      ),
      contrast: strength.describe("Likewise, away from the image's mean grey. Default 0; 0.2 is usual."),
      saturation: strength.describe("Likewise, away from each pixel's grey. Default 0; 0.2 is usual."),
      hue: z
        .number()
        .min(0)
        .max(0.5)
        .default(0)
        .describe(
          'Rotates hues by up to ± this fraction of the colour circle. Default 0; 0.02 where colour tells classes apart.',
        ),
    })
    .describe(
      'Changes brightness, contrast, saturation and hue, as torchvision does; of grey images only the first two.',
    ),
  load: async () => {
    const { colorJitter } = await import('./color.ts');
    return (options) => (images, random) => colorJitter(images, options, random);
  },
});

export const grayscale = defineAugmentation({
  type: 'grayscale',
  options: z
    .strictObject({
      probability: probability
        .default(0.1)
        .describe('Share of the images that lose their colour. Default 0.1, as in torchvision.'),
    })
    .describe('Takes the colour out of some images; they keep three channels.'),
  load: async () => {
    const { grayscale } = await import('./color.ts');
    return (options) => (images, random) => grayscale(images, options, random);
  },
});

export const blur = defineAugmentation({
  type: 'blur',
  options: z
    .strictObject({
      probability: probability
        .default(0.5)
        .describe('Share of the images that are blurred. Default 0.5, as Chen et al. 2020.'),
      sigma: range(z.number().min(0.01).max(100), 'sigma')
        .default([0.1, 2])
        .describe(
          'Smallest and largest standard deviation in pixels. Default [0.1, 2], as Chen et al. 2020 use at 224 pixels.',
        ),
    })
    .describe('Blurs with a Gaussian (Chen et al. 2020).'),
  load: async () => {
    const { blur } = await import('./blur.ts');
    return (options) => (images, random) => blur(images, options, random);
  },
});
