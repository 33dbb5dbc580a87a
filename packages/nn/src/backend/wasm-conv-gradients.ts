import * as tf from '@tensorflow/tfjs';

/*
 * Gradients of 2D convolutions, written as convolutions, because those are what the WebAssembly backend is fast at. All tensors
 * are float32 and NHWC; `info` is the geometry of the convolution whose gradient is taken.
 */

type Info = tf.backend_util.Conv2DInfo;

/** A convolution along one axis: what it covers. */
interface Axis {
  /** Pixels of the image. */
  size: number;
  /** Zeros before the first pixel; negative if as many pixels are left out. */
  before: number;
  /** From the first to the last tap of the filter, in pixels. */
  reach: number;
  /** Outputs wanted. */
  count: number;
  /** Pixels from one output to the next. */
  step: number;
}

/** Runs a convolution padded so that every output wanted is there, and cuts off what is not wanted. */
function convolve(
  rows: Axis,
  columns: Axis,
  run: (padding: tf.backend_util.ExplicitPadding) => tf.Tensor4D,
): tf.Tensor4D {
  const skip = ({ before }: Axis): number => Math.max(0, -before);
  const padding = (axis: Axis): [number, number] => {
    const before = Math.max(0, axis.before);
    const needed = skip(axis) + axis.step * (axis.count - 1) + 1 + axis.reach;
    return [before, Math.max(0, needed - before - axis.size)];
  };
  const y = run([[0, 0], padding(rows), padding(columns), [0, 0]]);
  return tf.slice(y, [0, skip(rows), skip(columns), 0], [y.shape[0], rows.count, columns.count, y.shape[3]]);
}

/** The axes of a convolution of x with dy as the filter: its outputs are the taps of the filter's gradient. */
const filterAxes = (info: Info): [rows: Axis, columns: Axis] => [
  {
    size: info.inHeight,
    before: info.padInfo.top,
    reach: info.strideHeight * (info.outHeight - 1),
    count: info.filterHeight,
    step: info.dilationHeight,
  },
  {
    size: info.inWidth,
    before: info.padInfo.left,
    reach: info.strideWidth * (info.outWidth - 1),
    count: info.filterWidth,
    step: info.dilationWidth,
  },
];

/** The axes of a convolution of dy, its stride undone, with the turned filter: its outputs are the pixels of x. */
const inputAxes = (info: Info): [rows: Axis, columns: Axis] => {
  const axis = (size: number, pad: number, reach: number, count: number): Axis => ({
    size,
    before: reach - pad,
    reach,
    count,
    step: 1,
  });
  const { padInfo, outHeight, strideHeight, outWidth, strideWidth } = info;
  return [
    axis(outHeight * strideHeight, padInfo.top, info.dilationHeight * (info.filterHeight - 1), info.inHeight),
    axis(outWidth * strideWidth, padInfo.left, info.dilationWidth * (info.filterWidth - 1), info.inWidth),
  ];
};

/** Zeros between the pixels undo a stride: [n, h, w, c] → [n, h·strideHeight, w·strideWidth, c]. */
function spread(dy: tf.Tensor4D, { strideHeight, strideWidth }: Info): tf.Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [n, h, w, c] = dy.shape;
  const after = (pixels: tf.Tensor3D, zeros: number) => tf.pad3d(pixels, [[0, 0], [0, zeros], [0, 0]]); // prettier-ignore
  const rows = after(tf.reshape(dy, [n * h, 1, w * c]), strideHeight - 1);
  const pixels = after(tf.reshape(rows, [n * h * strideHeight * w, 1, c]), strideWidth - 1);
  return tf.reshape(pixels, [n, h * strideHeight, w * strideWidth, c]);
}

/** @returns [kh, kw, in, out] */
export function conv2dFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Info): tf.Tensor4D {
  // The sum over the images becomes the sum over channels: images are channels here, and channels images.
  const images = tf.transpose(x, [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  const steps: [number, number] = [info.dilationHeight, info.dilationWidth];
  const gaps: [number, number] = [info.strideHeight, info.strideWidth];
  const taps = convolve(...filterAxes(info), (padding) => tf.conv2d(images, filter, steps, padding, 'NHWC', gaps));
  return tf.transpose(taps, [1, 2, 0, 3]);
}

/** @returns like x */
export function conv2dInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Info): tf.Tensor4D {
  const turned: tf.Tensor4D = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  const gaps: [number, number] = [info.dilationHeight, info.dilationWidth];
  const image = spread(dy, info);
  return convolve(...inputAxes(info), (padding) => tf.conv2d(image, turned, 1, padding, 'NHWC', gaps));
}

/** @returns [kh, kw, channels, multiplier] */
export function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Info): tf.Tensor4D {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const multiplier = outChannels / inChannels;
  // One image whose channels are those of all images; summed over the images afterwards.
  const channels = batchSize * inChannels;
  const image = tf.reshape(tf.transpose(x, [1, 2, 0, 3]), [1, inHeight, inWidth, channels]) as tf.Tensor4D;
  const filter = tf.reshape(tf.transpose(dy, [1, 2, 0, 3]), [outHeight, outWidth, channels, multiplier]) as tf.Tensor4D;
  const steps: [number, number] = [info.dilationHeight, info.dilationWidth];
  const gaps: [number, number] = [info.strideHeight, info.strideWidth];
  const taps = convolve(...filterAxes(info), (padding) =>
    tf.depthwiseConv2d(image, filter, steps, padding as unknown as number, 'NHWC', gaps),
  );
  const perImage = tf.reshape(taps, [info.filterHeight, info.filterWidth, batchSize, outChannels]);
  return tf.reshape(tf.sum(perImage, 2), [info.filterHeight, info.filterWidth, inChannels, multiplier]);
}

/** @returns like x */
export function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Info): tf.Tensor4D {
  const { batchSize, inHeight, inWidth, inChannels, outChannels, filterHeight, filterWidth } = info;
  const turned = tf.reshape(tf.reverse(filter, [0, 1]), [filterHeight, filterWidth, outChannels, 1]) as tf.Tensor4D;
  const gaps: [number, number] = [info.dilationHeight, info.dilationWidth];
  const image = spread(dy, info);
  const dx = convolve(...inputAxes(info), (padding) =>
    tf.depthwiseConv2d(image, turned, 1, padding as unknown as number, 'NHWC', gaps),
  );
  if (outChannels === inChannels) return dx;
  const shape = [batchSize, inHeight, inWidth, inChannels, outChannels / inChannels];
  return tf.sum(tf.reshape(dx, shape), 4) as tf.Tensor4D;
}
