import { z } from 'zod';
import { limit, perClass } from '../common-options.ts';

const side = z.int().min(1).max(4096);

/** What part of the training pictures is held out. */
export const share = (part: string, unless: string) =>
  z
    .number()
    .gt(0)
    .lt(0.9)
    .default(0.1)
    .describe(
      `Share of the pictures held out for ${part}, with classes in proportion; ignored if there is ${unless}. Default 0.1.`,
    );

export const size = z
  .union([side, z.tuple([side, side])], {
    error: 'Expected a whole number of pixels, or [height, width]; 1 to 4096.',
  })
  .optional()
  .describe(
    'Height and width in pixels that every picture is scaled to: a number for both, or [height, width]. Default: those of the first picture, which may have a megapixel at most; 28 with prepare: mnist or emnist.',
  );

export const channels = z
  .union([z.literal(1), z.literal(3)])
  .default(3)
  .describe('1 grey or 3 colour. Default 3, as Keras and torchvision.');

export const unreadable = z
  .enum(['refuse', 'skip'])
  .default('refuse')
  .describe('What to do about pictures that cannot be read: refuse the folder, or skip them. Default refuse.');

export const prepare = z
  .enum(['resize', 'mnist', 'emnist'])
  .optional()
  .describe(
    'How a picture becomes an image: resize scales it as a whole; mnist and emnist find the one character in a photo or scan and draw it light on black, as these datasets hold theirs. Default resize.',
  );

export const storage = z
  .enum(['auto', 'memory', 'disk'])
  .optional()
  .describe(
    'Where decoded images are kept during training: memory; disk (a file in the cache, read ahead of the steps); or auto, which is disk for a part of 1 GiB or more. Default auto.',
  );

export const options = z.strictObject({
  directory: z
    .string()
    .trim()
    .min(1)
    .describe(
      'A folder with a subfolder per class, or with folders train, val and test that have them; relative to the working directory or to GLYPHLAB_DATA_DIR. Required.',
    ),
  size,
  channels,
  prepare,
  valFraction: share('validation', 'a folder val'),
  testFraction: share('the test', 'a folder test'),
  unreadable,
  storage,
  perClass,
  limit,
});

export type ImageFolderOptions = z.infer<typeof options>;
