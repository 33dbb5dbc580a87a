import { z } from 'zod';

export const options = z
  .strictObject({
    filters: z
      .array(z.int().min(1).max(4096))
      .min(1)
      .max(8)
      .default([32, 64, 128])
      .describe('Filters of each convolution; each halves height and width. Default [32, 64, 128].'),
    kernelSize: z.int().min(1).max(15).default(3).describe('Side of the kernels, pixels. Default 3.'),
    denseUnits: z.int().min(1).max(65_536).default(128).describe('Units of the hidden dense layer. Default 128.'),
    dropout: z.number().min(0).lt(1).default(0.4).describe('Share of hidden units dropped in training. Default 0.4.'),
  })
  .describe('Convolutional network: blocks of convolution, batch norm and 2×2 max pooling, then a hidden dense layer.');
