import { FLOAT, nativeOps } from '@glyphlab/graph/native-op';
import * as tf from '@tensorflow/tfjs';

interface BatchNormState {
  /** All float32 [channels]. */
  gamma: tf.Tensor;
  beta: tf.Tensor;
  movingMean: tf.Tensor;
  movingVariance: tf.Tensor;
  /** Share of the moving statistics that is kept, 0–1. */
  momentum: number;
  epsilon: number;
}

/**
 * Batch normalisation in training mode (Ioffe, Szegedy 2015) with TensorFlow's fused ops. The moving variance follows the unbiased
 * variance of the batch, as Keras's fused form does (tfjs-layers' own takes the biased one).
 *
 * @param x float32 [n, h, w, channels]
 * @returns y like x; the new moving statistics [channels], to be disposed of by the caller
 */
export function fusedBatchNorm(
  x: tf.Tensor,
  state: BatchNormState,
): { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  const shared = {
    type: { T: FLOAT, U: FLOAT },
    string: { data_format: 'NHWC' },
    bool: { is_training: true },
  };
  let moved: [mean: tf.Tensor, variance: tf.Tensor] | undefined;
  const normalise = tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [y, mean, variance, ...reserved] = nativeOps(
      'FusedBatchNormV3',
      { ...shared, float: { epsilon: state.epsilon, exponential_avg_factor: 1 - state.momentum } },
      [x, gamma, beta, state.movingMean, state.movingVariance],
      6,
    );
    moved = [tf.keep(mean!), tf.keep(variance!)];
    save([x, gamma, ...reserved]);
    return {
      value: y!,
      gradFunc: (dy, saved) => {
        const [x, ...rest] = saved;
        return nativeOps(
          'FusedBatchNormGradV3',
          { ...shared, float: { epsilon: state.epsilon } },
          [dy as tf.Tensor, x!, ...rest],
          5,
        ).slice(0, 3);
      },
    };
  });
  const y = normalise(x, state.gamma, state.beta);
  return { y, mean: moved![0], variance: moved![1] };
}
