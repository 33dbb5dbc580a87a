import { z } from 'zod';
import { defineOptimizer } from './optimizer.ts';

const learningRate = (value: number, why: string) =>
  z.number().positive().max(100).default(value).describe(`Step size before the schedule. Default ${value}: ${why}.`);

const sgdOptions = z
  .strictObject({
    learningRate: learningRate(0.01, 'with momentum 0.9 it is stable on every dataset here'),
    momentum: z
      .number()
      .min(0)
      .lt(1)
      .default(0.9)
      .describe('Share of the previous step that is kept. Default 0.9, the usual choice; 0 is plain SGD.'),
    nesterov: z.boolean().default(false).describe('Look ahead along the momentum (Nesterov). Default false.'),
    weightDecay: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        'L2 penalty: weights × this is added to the gradient, as PyTorch does, but for kernels only, not biases and normalisation. Default 0: off.',
      ),
  })
  .describe('Stochastic gradient descent with momentum.');

const adamOptions = z
  .strictObject({
    learningRate: learningRate(0.001, "the authors' own (Kingma, Ba 2015)"),
    beta1: z
      .number()
      .min(0)
      .lt(1)
      .default(0.9)
      .describe('Decay of the mean of the gradients. Default 0.9, as in the paper.'),
    beta2: z
      .number()
      .min(0)
      .lt(1)
      .default(0.999)
      .describe('Decay of the mean of the squared gradients. Default 0.999, as in the paper.'),
    epsilon: z
      .number()
      .positive()
      .max(1)
      .default(1e-7)
      .describe(
        'Keeps the division finite: m̂ / (√v̂ + epsilon), as in the paper and PyTorch; TensorFlow adds it before the bias correction. Default 1e-7, as Keras: 1e-8 is lost beside 1 in float32.',
      ),
    weightDecay: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        'Decoupled weight decay: above 0 this is AdamW (Loshchilov, Hutter 2019), for kernels only, not biases and normalisation. Default 0: off.',
      ),
  })
  .describe('Adam, or AdamW if weightDecay is above 0.');

const muonOptions = z
  .strictObject({
    learningRate: learningRate(0.02, "the author's own for hidden layers (Jordan 2024)"),
    momentum: z
      .number()
      .min(0)
      .lt(1)
      .default(0.95)
      .describe('Share of the previous step that is kept. Default 0.95, as Jordan 2024.'),
    nesterov: z.boolean().default(true).describe('Look ahead along the momentum. Default true, as Jordan 2024.'),
    steps: z
      .int()
      .min(1)
      .max(20)
      .default(5)
      .describe('Newton–Schulz iterations that even out a step. Default 5, as Jordan 2024.'),
    weightDecay: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Decoupled decay of the hidden kernels, × the learning rate. Default 0: off.'),
    adamLearningRate: z
      .number()
      .positive()
      .max(100)
      .default(0.003)
      .describe(
        'Step size of Adam, which updates biases, batch norm and the last layer; it follows the schedule in proportion. Default 0.003.',
      ),
  })
  .describe('Muon: momentum whose steps are made orthogonal, for hidden kernels; Adam for the rest (Jordan 2024).');

const sgd = defineOptimizer({
  type: 'sgd',
  options: sgdOptions,
  load: async () => (await import('./sgd.ts')).sgd,
});

const adam = defineOptimizer({
  type: 'adam',
  options: adamOptions,
  load: async () => (await import('./adam.ts')).adam,
});

const muon = defineOptimizer({
  type: 'muon',
  options: muonOptions,
  load: async () => (await import('./muon.ts')).muon,
});

/** Ours; the first is the default, which ends a little better than adam on handwriting. */
export const optimizers = [sgd, adam, muon];
