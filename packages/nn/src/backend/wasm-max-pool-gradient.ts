import * as tf from '@tensorflow/tfjs';

interface Attrs {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of max pooling, each window's at its first largest value, as on other backends. That of tfjs-backend-wasm 4.22 begins to
 * compare with the least positive number, so it is wrong for windows without a positive value.
 *
 * @param dy float32 [n, rows, columns, channels], by the results
 * @param input what was pooled, [n, h, w, channels], which is also the gradient's shape
 */
function maxPoolGradient(dy: tf.Tensor4D, input: tf.Tensor4D, attrs: Attrs): tf.Tensor4D {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { top, left } = info.padInfo;
  const [x, dys] = [input.dataSync(), dy.dataSync()];
  const gradient = new Float32Array(x.length);
  let result = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let row = 0; row < outHeight; row++) {
      const firstRow = row * strideHeight - top;
      const [fromRow, toRow] = [Math.max(0, firstRow), Math.min(inHeight, firstRow + info.filterHeight)];
      for (let column = 0; column < outWidth; column++) {
        const firstColumn = column * strideWidth - left;
        const [fromColumn, toColumn] = [Math.max(0, firstColumn), Math.min(inWidth, firstColumn + info.filterWidth)];
        for (let channel = 0; channel < channels; channel++) {
          let [largest, place] = [-Infinity, -1];
          for (let i = fromRow; i < toRow; i++) {
            for (let j = fromColumn; j < toColumn; j++) {
              const at = ((n * inHeight + i) * inWidth + j) * channels + channel;
              if (x[at]! > largest) [largest, place] = [x[at]!, at];
            }
          }
          if (place >= 0) gradient[place]! += dys[result]!;
          result++;
        }
      }
    }
  }
  return tf.tensor4d(gradient, input.shape);
}

/** Puts it in the place of tfjs-backend-wasm's. */
export function registerMaxPoolGradient(): void {
  tf.unregisterKernel('MaxPoolGrad', 'wasm');
  tf.registerKernel({
    kernelName: 'MaxPoolGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, input } = inputs as { dy: tf.Tensor4D; input: tf.Tensor4D };
      return maxPoolGradient(dy, input, attrs as unknown as Attrs);
    },
  });
}
