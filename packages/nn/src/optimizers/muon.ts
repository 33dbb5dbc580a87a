import * as tf from '@tensorflow/tfjs';
import { adam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { slotsFor } from './slots.ts';

export interface MuonOptions {
  /** Of the matrices, before the schedule. */
  learningRate: number;
  /** 0–1. */
  momentum: number;
  nesterov: boolean;
  /** Newton–Schulz steps. */
  steps: number;
  weightDecay: number;
  /** Of Adam for all other weights, before the schedule, which it follows in proportion. */
  adamLearningRate: number;
}

/** Of Adam for what Muon leaves, as in Jordan's own code. */
const BETAS = { beta1: 0.9, beta2: 0.95, epsilon: 1e-10, weightDecay: 0 };

/**
 * Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"): momentum as SGD's, then the step of each
 * hidden kernel, as a matrix of inputs × outputs, is replaced by the nearest matrix whose singular values are all about 1, times
 * √max(1, outputs / inputs). Kernels of convolutions [kh, kw, in, out] are matrices [kh·kw·in, out].
 *
 * Biases, batch-norm scales, depthwise kernels and the last kernel, the classifier's, are left to Adam, as the paper advises.
 */
export function muon(options: MuonOptions, weights: readonly tf.Variable[]): Optimizer {
  const { momentum, nesterov, steps, weightDecay, learningRate, adamLearningRate } = options;
  const places = weights.map((_, k) => k);
  const last = places.findLast((k) => isMatrix(weights[k]!));
  const hidden = places.filter((k) => isMatrix(weights[k]!) && k !== last);
  const others = places.filter((k) => !hidden.includes(k));
  const take = <T>(all: readonly T[], which: number[]): T[] => which.map((k) => all[k]!);
  const matrices = take(weights, hidden);
  const velocities = slotsFor(matrices);
  const rest = adam(BETAS, take(weights, others));
  return {
    slots: [...velocities, ...rest.slots],
    update: (gradients, lr, iteration) => {
      matrices.forEach((weight, k) => {
        const [velocity, gradient] = [velocities[k]!, gradients[hidden[k]!]!];
        velocity.assign(tf.add(tf.mul(velocity, momentum), gradient));
        const direction = nesterov ? tf.add(gradient, tf.mul(velocity, momentum)) : velocity;
        const outputs = weight.shape.at(-1)!;
        const inputs = weight.size / outputs;
        const step = tf.reshape(orthogonalised(tf.reshape(direction, [inputs, outputs]), steps), weight.shape);
        const decayed = weightDecay > 0 ? tf.mul(weight, tf.sub(1, tf.mul(lr, weightDecay))) : weight;
        weight.assign(tf.sub(decayed, tf.mul(tf.mul(lr, Math.sqrt(Math.max(1, outputs / inputs))), step)));
      });
      rest.update(take(gradients, others), tf.mul(lr, adamLearningRate / learningRate), iteration);
    },
  };
}

/** Whether it maps several values to several: a depthwise kernel [kh, kw, channels, 1] does not. */
const isMatrix = ({ rank, shape }: tf.Tensor): boolean => rank >= 2 && shape.at(-1)! > 1;

/** Of the polynomial aX + b(XXᵀ)X + c(XXᵀ)²X, whose slope at 0 is steep and which then stays near 1 (Jordan et al. 2024). */
const [a, b, c] = [3.4445, -4.775, 2.0315] as const;

/**
 * Moves the singular values of a matrix to about 1 (0.7 to 1.2) and keeps its singular vectors, by products alone: Newton–Schulz
 * iteration with Jordan's coefficients, over the shorter side.
 */
export function orthogonalised(matrix: tf.Tensor, steps: number): tf.Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const isTall = rows > columns;
  let x = tf.div(matrix, tf.add(tf.norm(matrix), 1e-7));
  for (let step = 0; step < steps; step++) {
    const gram = tf.matMul(x, x, isTall, !isTall);
    const factor = tf.add(tf.mul(gram, b), tf.mul(tf.matMul(gram, gram), c));
    x = tf.add(tf.mul(x, a), isTall ? tf.matMul(x, factor) : tf.matMul(factor, x));
  }
  return x;
}
