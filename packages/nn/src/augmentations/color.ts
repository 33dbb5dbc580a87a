import type { StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { chance, spread } from './transform.ts';

export interface ColorJitterOptions {
  /** Multiplied by a factor from 1 minus this to 1 plus this. */
  brightness: number;
  /** Likewise, away from the image's mean grey. */
  contrast: number;
  /** Likewise, away from each pixel's grey. */
  saturation: number;
  /** Turns all colours by up to ± this part of the circle, 0–0.5. */
  hue: number;
}

/** Share of red, green and blue in grey: ITU-R BT.601, as torchvision and Pillow. */
const LUMA = [0.299, 0.587, 0.114];

/** To luma and two differences of colour (NTSC's YIQ), row by row, and back. Turning the latter two turns the hue. */
const TO_YIQ = [LUMA, [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]];
const FROM_YIQ = [[1.0, 0.95605, 0.620755], [1.0, -0.272052, -0.647206], [1.0, -1.106704, 1.704421]]; // prettier-ignore

/** The grey of each pixel of colour images, [n, h, w, 1]; images of one channel as they are. */
function greyOf(images: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, channels] = images.shape;
  if (channels !== 3) return tf.mean(images, 3, true);
  const luma = tf.tensor2d(LUMA, [3, 1]);
  return tf.reshape(tf.matMul(tf.reshape(images, [-1, 3]) as tf.Tensor2D, luma), [n, height, width, 1]);
}

const perImage = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [-1, 1, 1, 1]);

/**
 * Changes brightness, contrast, saturation and hue of each image at random, in this order (torchvision's ColorJitter draws the
 * order too). Hue and saturation turn and stretch the two differences of colour in YIQ, which is linear and so one product of
 * matrices, and leaves the luma as it is; torchvision turns the hue in HSV. Images of one channel have neither.
 * @param images float32 [n, h, w, c], 0–255
 */
export function colorJitter(images: tf.Tensor4D, options: ColorJitterOptions, random: StepRandom): tf.Tensor4D {
  const { brightness, contrast, saturation, hue } = options;
  const [n, height, width, channels] = images.shape;
  const factor = (range: number): tf.Tensor => tf.add(1, spread(random, n, range));
  let x: tf.Tensor4D = images;
  if (brightness > 0) x = tf.mul(x, perImage(factor(brightness)));
  if (contrast > 0) {
    const mean = tf.mean(greyOf(x), [1, 2, 3], true);
    x = tf.add(mean, tf.mul(tf.sub(x, mean), perImage(factor(contrast))));
  }
  if (channels === 3 && (saturation > 0 || hue > 0)) {
    const stretch = factor(saturation);
    const angle = spread(random, n, 2 * Math.PI * hue);
    const [cos, sin] = [tf.mul(stretch, tf.cos(angle)), tf.mul(stretch, tf.sin(angle))];
    const [one, zero] = [tf.ones([n]), tf.zeros([n])];
    const turn = tf.reshape(tf.stack([one, zero, zero, zero, cos, tf.neg(sin), zero, sin, cos], 1), [n, 3, 3]);
    // [n, 3, 3]: pixels are rows, so all matrices stand transposed.
    const matrix = (values: number[][]): tf.Tensor => tf.tile(tf.expandDims(tf.transpose(tf.tensor2d(values)), 0), [n, 1, 1]); // prettier-ignore
    const change = tf.matMul(tf.matMul(matrix(TO_YIQ), tf.transpose(turn, [0, 2, 1])), matrix(FROM_YIQ));
    x = tf.reshape(tf.matMul(tf.reshape(x, [n, height * width, 3]), change), [n, height, width, 3]);
  }
  return tf.clipByValue(x, 0, 255);
}

/**
 * Takes the colour out of some images; all channels stay (torchvision's RandomGrayscale).
 * @param images float32 [n, h, w, c]
 */
export function grayscale(
  images: tf.Tensor4D,
  { probability }: { probability: number },
  random: StepRandom,
): tf.Tensor4D {
  if (images.shape[3] !== 3) return images;
  const hit = perImage(chance(random, images.shape[0], probability));
  return tf.add(tf.mul(greyOf(images), hit), tf.mul(images, tf.sub(1, hit)));
}
