import { FLOAT, isNative, nativeOp } from '@glyphlab/graph/native-op';
import { seedNoise } from '@glyphlab/graph/noise-layers';
import * as tf from '@tensorflow/tfjs';
import { convBatchNorm } from './conv-batch-norm.ts';
import { convolutionOf, firstConvolution } from './first-convolution.ts';
import { skipFolded, takeInBatchNorm } from './folded-batch-norm.ts';
import { fusedBatchNorm } from './fused-batch-norm.ts';
import { foldableConvolution, keepsStatistics, keptBatchNorm } from './kept-batch-norm.ts';
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

const only = (inputs: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(inputs) ? inputs[0]! : inputs);

/** Training-mode batch norm as one op each way; tfjs-layers decomposes it into about twenty. */
function fastBatchNormalization(layer: BatchNormalization, slow: Call): Call {
  return (inputs, kwargs) => {
    const x = only(inputs);
    const lastAxis = layer.axis === -1 || layer.axis === x.rank - 1;
    const isFast = kwargs['training'] && isNative() && lastAxis && x.rank === 4;
    if (!isFast) return slow.call(layer, inputs, keepsStatistics(layer) ? { ...kwargs, training: false } : kwargs);
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
      if (keepsStatistics(layer)) return keptBatchNorm(x, state);
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

/**
 * Makes the layers of a built model run in their fastest form, in place: batch normalisation as one op, dropout and other noise seeded
 * by the step. The layers stay what they are, so the model saves as ordinary tfjs layers.
 */
export function useFastLayers(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    useFastLayer(layer, model.outputLayers.includes(layer));
    nameInErrors(layer);
  }
}

const named = new WeakSet<Error>();

/** What a layer does that cannot be part of a step is told with the layer: a person looks for it among his own. */
function nameInErrors(layer: tf.layers.Layer): void {
  const call = layer.call;
  layer.call = (inputs, kwargs) => {
    try {
      return call.call(layer, inputs, kwargs);
    } catch (error) {
      if (error instanceof Error && !named.has(error)) {
        named.add(error);
        error.message = `Layer "${layer.name}" (${layer.getClassName()}): ${error.message}`;
      }
      throw error;
    }
  };
}

function useFastLayer(layer: tf.layers.Layer, isOutput: boolean): void {
  const slow = layer.call;
  switch (layer.getClassName()) {
    case 'BatchNormalization':
      layer.call = skipFolded(layer, fastBatchNormalization(layer as BatchNormalization, slow));
      break;
    case 'Conv2D':
      layer.call = takeInBatchNorm(layer, foldableConvolution(layer, firstConvolution(layer, slow)), isOutput);
      break;
    case 'DepthwiseConv2D':
      layer.call = takeInBatchNorm(layer, foldableConvolution(layer, slow), isOutput);
      break;
    case 'Dense':
      layer.call = takeInBatchNorm(layer, slow, isOutput);
      break;
    case 'MaxPooling2D':
      layer.call = rememberPooling(layer, slow);
      break;
    case 'ReLU':
      layer.call = reluBeforePooling(layer, relu6(layer, slow));
      break;
    case 'Activation':
      layer.call = reluBeforePooling(layer, slow);
      break;
    case 'Sequential':
    case 'Model':
    case 'Functional':
      useFastLayers(layer as tf.LayersModel);
      break;
    default:
      seedNoise(layer);
  }
}

/** ReLU that ends at 6 as one op each way. */
function relu6(layer: tf.layers.Layer, slow: Call): Call {
  const { maxValue, negativeSlope, threshold } = layer.getConfig();
  const isPlain = maxValue === 6 && !negativeSlope && !threshold;
  return isPlain ? (inputs) => tf.relu6(only(inputs)) : slow;
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
    kernelName: 'Relu6',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({
      x: () =>
        isNative()
          ? nativeOp('Relu6Grad', { type: { T: FLOAT } }, dy as tf.Tensor, x!)
          : tf.mul(dy as tf.Tensor, tf.cast(tf.logicalAnd(tf.greater(x!, 0), tf.less(x!, 6)), 'float32')),
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
