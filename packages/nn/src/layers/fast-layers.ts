import * as tf from '@tensorflow/tfjs';
import { FLOAT, isNative, nativeOp } from '../backend/native-op.ts';
import { currentStepRandom } from '../step-random.ts';
import { convBatchNorm } from './conv-batch-norm.ts';
import { convolutionOf, firstConvolution } from './first-convolution.ts';
import { fusedBatchNorm } from './fused-batch-norm.ts';
import { markFoldable, reluBeforePooling, rememberPooling } from './relu-before-pooling.ts';

type Call = tf.layers.Layer['call'];

/** What these layers keep to themselves in tfjs-layers. */
interface LayerVariable {
  read(): tf.Tensor;
  write(value: tf.Tensor): void;
}
interface BatchNormalization extends tf.layers.Layer {
  axis: number;
  momentum: number;
  epsilon: number;
  gamma: LayerVariable | null;
  beta: LayerVariable | null;
  movingMean: LayerVariable;
  movingVariance: LayerVariable;
}
interface Dropout extends tf.layers.Layer {
  rate: number;
  noiseShape: (number | null)[] | null;
}

const only = (inputs: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(inputs) ? inputs[0]! : inputs);

/** Training-mode batch norm as one op each way; tfjs-layers decomposes it into about twenty. */
function fastBatchNormalization(layer: BatchNormalization, slow: Call): Call {
  return (inputs, kwargs) => {
    const x = only(inputs);
    const lastAxis = layer.axis === -1 || layer.axis === x.rank - 1;
    if (!kwargs['training'] || !isNative() || !lastAxis || x.rank !== 4) return slow.call(layer, inputs, kwargs);
    return tf.tidy(() => {
      const channels = x.shape.at(-1)!;
      const state = {
        gamma: layer.gamma?.read() ?? tf.ones([channels]),
        beta: layer.beta?.read() ?? tf.zeros([channels]),
        movingMean: layer.movingMean.read(),
        movingVariance: layer.movingVariance.read(),
        momentum: layer.momentum,
        epsilon: layer.epsilon,
      };
      const convolution = convolutionOf(x);
      const { y, mean, variance } = convolution
        ? convBatchNorm(convolution.images, { ...state, kernel: convolution.kernel })
        : fusedBatchNorm(x, state);
      if (convolution) markFoldable(y);
      layer.movingMean.write(mean);
      layer.movingVariance.write(variance);
      tf.dispose([mean, variance]);
      return y;
    });
  };
}

/** Dropout (Srivastava et al. 2014) whose mask comes from the step's random source, not from JavaScript. */
function seededDropout(layer: Dropout, slow: Call): Call {
  return (inputs, kwargs) => {
    const random = currentStepRandom();
    if (!kwargs['training'] || layer.rate === 0 || !random) return slow.call(layer, inputs, kwargs);
    return tf.tidy(() => {
      const x = only(inputs);
      const shape = layer.noiseShape?.map((size, k) => size ?? x.shape[k]!) ?? x.shape;
      const keep = 1 - layer.rate;
      const mask = tf.cast(tf.less(random.uniform(shape), keep), 'float32');
      return tf.mul(x, tf.mul(mask, 1 / keep));
    });
  };
}

/**
 * Makes the layers of a built model run in their fastest form, in place: batch normalisation as one op, dropout seeded by the
 * step. The layers stay what they are, so the model saves as ordinary tfjs layers.
 */
export function useFastLayers(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    const slow = layer.call;
    switch (layer.getClassName()) {
      case 'BatchNormalization':
        layer.call = fastBatchNormalization(layer as BatchNormalization, slow);
        break;
      case 'Conv2D':
        layer.call = firstConvolution(layer, slow);
        break;
      case 'MaxPooling2D':
        layer.call = rememberPooling(layer, slow);
        break;
      case 'ReLU':
      case 'Activation':
        layer.call = reluBeforePooling(layer, slow);
        break;
      case 'Dropout':
        layer.call = seededDropout(layer as Dropout, slow);
        break;
      case 'Sequential':
      case 'Model':
      case 'Functional':
        useFastLayers(layer as tf.LayersModel);
    }
  }
}

/** Gradients of ReLU and the sigmoid as one op each instead of two and three, for all that uses them on the native backend. */
export function useFastGradients(): void {
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () =>
        isNative()
          ? nativeOp('ReluGrad', { type: { T: FLOAT } }, dy as tf.Tensor, y!)
          : tf.mul(dy as tf.Tensor, tf.cast(tf.step(y!), 'float32')),
    }),
  });
  tf.registerGradient({
    kernelName: 'Sigmoid',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () =>
        isNative()
          ? nativeOp('SigmoidGrad', { type: { T: FLOAT } }, y!, dy as tf.Tensor)
          : tf.mul(dy as tf.Tensor, tf.mul(y!, tf.sub(1, y!))),
    }),
  });
}
