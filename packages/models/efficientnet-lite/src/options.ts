import { z } from 'zod';

export const options = z
  .strictObject({
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .default(0.2)
      .describe('Share of the 1,280 pooled features that is dropped in training. Default 0.2, as the authors use.'),
  })
  .describe(
    'EfficientNet-Lite0 for photographs of 64 pixels or more, grey or colour; `from: imagenet` starts from trained weights.',
  );
