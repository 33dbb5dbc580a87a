import { z } from 'zod';

/** One value for all convolutions, or one for each. */
const forAllOrEach = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1).max(16)]);

export const options = z
  .strictObject({
    filters: z
      .array(z.int().min(1).max(4096))
      .min(1)
      .max(16)
      .default([32, 64, 128])
      .describe('Filters of each convolution. Default [32, 64, 128].'),
    kernelSize: forAllOrEach(z.int().min(1).max(15))
      .default(3)
      .describe('Side of the kernels, pixels: of all, or of each convolution. Default 3.'),
    strides: forAllOrEach(z.int().min(1).max(15))
      .optional()
      .describe('Step of the kernels, pixels: of all, or of each convolution. Default 1.'),
    padding: z
      .enum(['same', 'valid'])
      .default('same')
      .describe(
        'With same, a convolution keeps height and width; with valid, it takes kernelSize - 1 off. Default same.',
      ),
    pooling: forAllOrEach(z.boolean())
      .default(true)
      .describe('2×2 max pooling after the convolution: after all, or each. Default true.'),
    denseUnits: z
      .int()
      .min(0)
      .max(65_536)
      .default(128)
      .describe('Units of the hidden dense layer; 0 leaves it out. Default 128.'),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .default(0.4)
      .describe('Share of the inputs of the last layer that is dropped in training. Default 0.4.'),
  })
  .describe('Convolutional network: blocks of convolution, batch norm and 2×2 max pooling, then a hidden dense layer.');
