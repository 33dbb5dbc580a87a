import { z } from 'zod';

export const options = z
  .strictObject({
    width: z
      .number()
      .min(0.25)
      .max(16)
      .default(1)
      .describe('Factor on the filters of all layers, which are rounded to multiples of 8. Default 1.'),
    depth: z
      .number()
      .min(0.25)
      .max(16)
      .default(1)
      .describe('Factor on the blocks of each stage, rounded up. Default 1: five blocks in all.'),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .default(0.2)
      .describe('Share of the pooled features dropped in training. Default 0.2.'),
  })
  .describe(
    'EfficientNet: MBConv blocks with squeeze and excitation at 1/2, 1/4 and 1/8 of the size, scaled by width and depth.',
  );
