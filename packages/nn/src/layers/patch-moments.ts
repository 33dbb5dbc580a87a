import * as tf from '@tensorflow/tfjs';

type MatMul = (a: tf.Tensor, b: tf.Tensor, transposeA?: boolean) => tf.Tensor;

/**
 * Mean and covariance of all patches that a convolution of stride 1 sees, without making the patches: products of whole rows of
 * pixels hold them along their diagonals.
 *
 * @param padded images [n, h + kh − 1, w + kw − 1, 1]
 * @returns mu [1, kh·kw]; sigma [kh·kw, kh·kw], divided by the number of patches
 */
export function patchMoments(
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
