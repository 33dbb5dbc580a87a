import { z } from 'zod';

export const options = z.strictObject({
  size: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(256)
    .describe('Training images; validation and test have a quarter as many each. Default 256.'),
  numClasses: z.int().min(2).max(62).default(10).describe('Classes, 2 to 62. Default 10, as digits.'),
  height: z.int().min(8).max(1024).default(28).describe('Height in pixels. Default 28, as MNIST.'),
  width: z.int().min(8).max(1024).default(28).describe('Width in pixels. Default 28, as MNIST.'),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .default(1)
    .describe('1 grey or 3 colour. Default 1.'),
});

export type SyntheticOptions = z.infer<typeof options>;
