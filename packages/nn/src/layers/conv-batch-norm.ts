import { addToChannels, FLOAT, nativeOp } from '@glyphlab/graph/native-op';
import * as tf from '@tensorflow/tfjs';

interface ConvBatchNormState {
  /** float32 [kh, kw, 1, filters]. */
  kernel: tf.Tensor4D;
  /** All float32 [filters]. */
  gamma: tf.Tensor;
  beta: tf.Tensor;
  movingMean: tf.Tensor;
  movingVariance: tf.Tensor;
  /** Share of the moving statistics that is kept, 0–1. */
  momentum: number;
  epsilon: number;
}

/** Always in float32, which `tf.matMul` is not where products run in bfloat16: small differences of large numbers come out of it. */
const exactMatMul = (a: tf.Tensor, b: tf.Tensor, transposeA = false): tf.Tensor =>
  nativeOp('MatMul', { type: { T: FLOAT }, bool: { transpose_a: transposeA, transpose_b: false } }, a, b);

/**
 * Convolution (stride 1, padding `same`, no bias) and batch normalisation in training mode as one, for images of one channel:
 * the batch is read far less often.
 *
 * A convolution is linear, so the mean and variance of its result follow from those of its few input values, the patches: with
 * their mean μ and covariance Σ, a filter w gives the mean wᵀμ and the variance wᵀΣw. So the filters can be scaled beforehand and
 * the result needs no normalising; and in the gradient, all that depends on the result depends on Σw. Images must not need a
 * gradient themselves.
 *
 * @param images float32 [n, h, w, 1]
 * @returns y [n, h, w, filters]; the new moving statistics [filters], to be disposed of by the caller
 */
export function convBatchNorm(
  images: tf.Tensor4D,
  state: ConvBatchNormState,
): { y: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  const [n, height, width] = images.shape;
  const [kh, kw, , filters] = state.kernel.shape;
  const count = n * height * width;
  // Shifting all pixels, the border of zeros included, changes nothing behind a batch norm, and near 0 sums are exact.
  const shift = tf.mean(images);
  const [top, left] = [(kh - 1) / 2, (kw - 1) / 2];
  const framed = tf.pad(tf.reshape(images, [n, height, width]), [[0, 0], [top, top], [left, left]]); // prettier-ignore
  const padded = tf.expandDims(tf.sub(framed, shift), 3) as tf.Tensor4D;
  const { mu, sigma } = patchMoments(padded, kh, kw, exactMatMul);
  let moved: [mean: tf.Tensor, variance: tf.Tensor] | undefined;

  const normalised = tf.customGrad((...args) => {
    const [kernel, gamma, beta, save] = args as unknown as [tf.Tensor4D, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const w = tf.reshape(kernel, [kh * kw, filters]);
    const sigmaW = exactMatMul(sigma, w);
    const mean = tf.reshape(exactMatMul(mu, w), [filters]);
    const variance = tf.relu(tf.sum(tf.mul(w, sigmaW), 0));
    const inverse = tf.rsqrt(tf.add(variance, state.epsilon));
    const scale = tf.mul(gamma, inverse);
    const offset = tf.sub(beta, tf.mul(scale, mean));
    const maps = tf.conv2d(padded, tf.mul(kernel, scale), 1, 'valid');
    const y = addToChannels(maps, offset);

    const keep = (moving: tf.Tensor, now: tf.Tensor): tf.Tensor =>
      tf.keep(tf.add(tf.mul(moving, state.momentum), tf.mul(now, 1 - state.momentum)));
    moved = [
      keep(state.movingMean, tf.add(mean, tf.mul(shift, tf.sum(w, 0)))),
      keep(state.movingVariance, tf.mul(variance, count / (count - 1))),
    ];
    save([w, sigmaW, mean, inverse, scale, padded, mu]);
    return { value: y, gradFunc: (dy, saved) => gradients(dy as tf.Tensor4D, saved, state.kernel.shape) };
  });
  const y = normalised(state.kernel, state.gamma, state.beta);
  return { y, mean: moved![0], variance: moved![1] };
}

/** Towards kernel, gamma and beta. */
function gradients(dy: tf.Tensor4D, saved: tf.Tensor[], kernelShape: readonly number[]): tf.Tensor[] {
  const [w, sigmaW, mean, inverse, scale, padded, mu] = saved as [
    tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor4D, tf.Tensor,
  ]; // prettier-ignore
  const [kh, kw, , filters] = kernelShape as [number, number, number, number];
  const shifts = shiftedColumns(padded, kw);
  const sums = tf
    .engine()
    .runKernel(
      'Conv2DBackpropFilter',
      { x: shifts, dy },
      { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', filterShape: [kh, 1, kw + 1, filters] },
    ) as tf.Tensor;
  const dBeta = tf.reshape(tf.slice(sums, [0, 0, kw, 0], [1, 1, 1, filters]), [filters]);
  const dPatches = tf.reshape(tf.slice(sums, [0, 0, 0, 0], [kh, 1, kw, filters]), [kh * kw, filters]);
  const dGamma = tf.mul(inverse, tf.sub(tf.sum(tf.mul(w, dPatches), 0), tf.mul(mean, dBeta)));
  const common = tf.mul(tf.reshape(mu, [kh * kw, 1]), dBeta);
  const alike = tf.mul(sigmaW, tf.mul(inverse, dGamma));
  const dKernel = tf.mul(scale, tf.sub(tf.sub(dPatches, common), alike));
  return [tf.reshape(dKernel, [...kernelShape]), dGamma, dBeta];
}

/**
 * Images whose channels are the `kw` pixels from each pixel to the right, and a 1: of a kernel one pixel wide, the gradient over
 * these is that of a kernel `kw` wide, and the sum of dy, which alone would take a pass over all of dy. One product makes them;
 * putting channels side by side with tf.concat takes four times as long.
 *
 * @param padded [n, h, w, 1]
 * @returns [n, h, w − kw + 1, kw + 1]
 */
function shiftedColumns(padded: tf.Tensor4D, kw: number): tf.Tensor4D {
  const [n, height, fullWidth] = padded.shape;
  const [width, channels] = [fullWidth - kw + 1, kw + 1];
  const choice = new Float32Array(fullWidth * width * channels);
  const ones = new Float32Array(width * channels);
  for (let x = 0; x < width; x++) {
    for (let shift = 0; shift < kw; shift++) choice[((x + shift) * width + x) * channels + shift] = 1;
    ones[x * channels + kw] = 1;
  }
  const rows = tf.reshape(padded, [n * height, fullWidth]);
  const shifted = exactMatMul(rows, tf.tensor2d(choice, [fullWidth, width * channels]));
  return tf.reshape(addToChannels(shifted, tf.tensor1d(ones)), [n, height, width, channels]);
}

type MatMul = (a: tf.Tensor, b: tf.Tensor, transposeA?: boolean) => tf.Tensor;

/**
 * Mean and covariance of all patches that a convolution of stride 1 sees, without making the patches: products of whole rows of
 * pixels hold them along their diagonals.
 *
 * @param padded images [n, h + kh − 1, w + kw − 1, 1]
 * @returns mu [1, kh·kw]; sigma [kh·kw, kh·kw], divided by the number of patches
 */
function patchMoments(
  padded: tf.Tensor4D,
  kh: number,
  kw: number,
  matMul: MatMul,
): { mu: tf.Tensor; sigma: tf.Tensor } {
  const [n, fullHeight, fullWidth] = padded.shape;
  const [height, width] = [fullHeight - kh + 1, fullWidth - kw + 1];
  const count = n * height * width;
  const images = tf.reshape(padded, [n, fullHeight, fullWidth]);
  const shifted = Array.from({ length: kh }, (_, dy) => tf.slice(images, [0, dy, 0], [n, height, fullWidth]));
  const columns = kh * fullWidth;
  const rows = tf.reshape(tf.concat(shifted, 2), [n * height, columns]);
  const products = tf.reshape(matMul(rows, rows, true), [columns * columns]);

  // Where the value at (dy, dx) of the patch at column x stands in a row.
  const places = Array.from({ length: kh * kw }, (_, k) => Math.floor(k / kw) * fullWidth + (k % kw));
  const along = <T>(of: (x: number) => T): T[] => Array.from({ length: width }, (_, x) => of(x));
  const indices = (values: number[], shape: number[]): tf.Tensor => tf.tensor(values, shape, 'int32');
  const diagonals = places.flatMap((a) => places.flatMap((b) => along((x) => (a + x) * columns + b + x)));
  const sumAt = (values: tf.Tensor, at: tf.Tensor): tf.Tensor => tf.sum(tf.gather(values, at), -1);

  const mu = tf.div(sumAt(tf.sum(rows, 0), indices(places.flatMap((a) => along((x) => a + x)), [1, kh * kw, width])), count); // prettier-ignore
  const moments = tf.div(sumAt(products, indices(diagonals, [kh * kw, kh * kw, width])), count);
  return { mu, sigma: tf.sub(moments, tf.mul(tf.reshape(mu, [kh * kw, 1]), mu)) };
}
