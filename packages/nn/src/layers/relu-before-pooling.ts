import { FLOAT, nativeOp } from '@glyphlab/graph/native-op';
import * as tf from '@tensorflow/tfjs';

type Call = tf.layers.Layer['call'];

/** What a max pooling keeps to itself in tfjs-layers. */
interface MaxPooling2D extends tf.layers.Layer {
  poolSize: [number, number];
  strides: [number, number];
  padding: 'valid' | 'same';
  dataFormat: string;
}

const only = (inputs: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(inputs) ? inputs[0]! : inputs);

/** Results of convolutions into which TensorFlow folds a ReLU that follows at once. */
const foldable = new WeakSet<tf.Tensor>();
/** Results of max pooling, with how to pool the ReLU of the same values instead. */
const pooled = new WeakMap<tf.Tensor, () => tf.Tensor>();

export const markFoldable = (x: tf.Tensor): unknown => foldable.add(x);

/** Remembers what a max pooling pooled, where that can matter to a ReLU. */
export function rememberPooling(layer: tf.layers.Layer, slow: Call): Call {
  return (inputs, kwargs) => {
    const y = slow.call(layer, inputs, kwargs) as tf.Tensor;
    const x = only(inputs);
    if (foldable.has(x) && (layer as MaxPooling2D).dataFormat === 'channelsLast') {
      pooled.set(y, () => poolingOfRelu(x, layer as MaxPooling2D));
    }
    return y;
  };
}

/**
 * ReLU of a max pooling as max pooling of ReLU, where ReLU then costs nothing: the same values and gradients, for the largest of
 * some values stays the largest. The first pooling is read by nothing, so a graph leaves it out.
 */
export function reluBeforePooling(layer: tf.layers.Layer, slow: Call): Call {
  const { maxValue, activation } = layer.getConfig();
  const isRelu = layer.getClassName() === 'ReLU' ? (maxValue ?? null) === null : activation === 'relu';
  if (!isRelu) return slow;
  return (inputs, kwargs) => pooled.get(only(inputs))?.() ?? slow.call(layer, inputs, kwargs);
}

/** Its gradient passes ReLU behind the pooling, where there are fewer values. */
function poolingOfRelu(x: tf.Tensor, { poolSize, strides, padding }: MaxPooling2D): tf.Tensor {
  const pooling = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor4D, tf.GradSaveFunc];
    const input = tf.relu(x);
    const output = tf.maxPool(input, poolSize, strides, padding);
    save([input, output]);
    return {
      value: output,
      gradFunc: (dy, saved) => {
        const [input, output] = saved as [tf.Tensor, tf.Tensor];
        const passed = nativeOp('ReluGrad', { type: { T: FLOAT } }, dy as tf.Tensor, output);
        const attrs = { filterSize: poolSize, strides, pad: padding };
        return tf.engine().runKernel('MaxPoolGrad', { dy: passed, input, output }, attrs) as tf.Tensor;
      },
    };
  });
  return pooling(x);
}
