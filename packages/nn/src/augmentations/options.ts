import { z } from 'zod';

/** Option of what moves pixels. */
export const fill = z
  .enum(['black', 'edge'])
  .optional()
  .describe(
    'What fills the area from outside the image: black, like the background of handwriting data, or the colours of its edge. Default black.',
  );

/** Two numbers, the smaller first. */
export const range = (each: z.ZodNumber, what: string) =>
  z
    .tuple([each, each])
    .refine(([min, max]) => min <= max, { error: `The smallest ${what} must not be larger than the largest.` });

export const probability = z.number().min(0).max(1);
