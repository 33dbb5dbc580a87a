import { z } from 'zod';

export const options = z
  .strictObject({
    depth: z
      .int()
      .min(1)
      .max(32)
      .default(2)
      .describe('Residual blocks of each of the three stages, two convolutions each. Default 2: 14 layers.'),
    width: z
      .int()
      .min(1)
      .max(1024)
      .default(32)
      .describe(
        'Filters of the first stage; each further one has twice as many. Multiples of 16 are fastest. Default 32.',
      ),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .default(0.2)
      .describe('Share of the pooled features dropped in training. Default 0.2.'),
  })
  .describe(
    'Residual network: three stages of pre-activation blocks at 1/2, 1/4 and 1/8 of the size, then global average pooling.',
  );
