import { stepRandom, type StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { backends, on } from '../testing/backends.ts';
import { affine } from './affine.ts';
import { augment } from './augment.ts';
import { elastic } from './elastic.ts';
import { erasing } from './erasing.ts';

/** A source that gives the same number everywhere: 0.5 means no change. */
const constant = (value: number): StepRandom => {
  const fill = (shape: readonly number[]) => tf.fill([...shape], value);
  return { uniform: fill, normal: fill };
};
const none = { rotation: 0, scale: 0, shear: 0, translate: 0 };

/** One white pixel on black, at [row, column] of 9×9. */
function dot(row: number, column: number): tf.Tensor4D {
  const image = tf.buffer([1, 9, 9, 1]);
  image.set(255, 0, row, column, 0);
  return image.toTensor() as tf.Tensor4D;
}

/** Where the light is: mean row and column, and how much there is. */
function light(image: tf.Tensor): { row: number; column: number; sum: number } {
  const values = image.dataSync();
  let [row, column, sum] = [0, 0, 0];
  values.forEach((value, k) => {
    sum += value;
    row += value * Math.floor(k / 9);
    column += value * (k % 9);
  });
  return { row: row / sum, column: column / sum, sum };
}

describe.each(backends)('on %s', (backend) => {
  test('ranges of zero leave every image as it is', on(backend, () => {
    const images = tf.cast(tf.randomUniform([3, 9, 7, 2], 0, 255, 'int32'), 'float32') as tf.Tensor4D;
    const same = affine(images, none, stepRandom(tf.tensor1d([1, 1], 'int32')));
    expect(tf.max(tf.abs(tf.sub(same, images))).dataSync()[0]).toBeLessThan(1e-3);
  })); // prettier-ignore

  test('translate shifts by pixels, rotation turns about the centre by degrees, scale by a fraction', on(backend, () => {
    expect(light(affine(dot(4, 4), { ...none, translate: 2 }, constant(1)))).toMatchObject({ row: 2, column: 2 });
    const turned = light(affine(dot(4, 7), { ...none, rotation: 90 }, constant(1)));
    expect([Math.abs(turned.row - 4), turned.column]).toEqual([expect.closeTo(3, 3), expect.closeTo(4, 3)]);
    const shrunk = light(affine(dot(4, 7), { ...none, scale: 0.5 }, constant(1)));
    expect(shrunk).toMatchObject({ row: expect.closeTo(4, 3), column: expect.closeTo(6, 1) });
  })); // prettier-ignore

  test('elastic distortion without strength changes nothing; with even noise it shifts the image', on(backend, () => {
    const still = elastic(dot(4, 5), { alpha: 0, sigma: 2 }, stepRandom(tf.tensor1d([1, 1], 'int32')));
    expect(light(still)).toMatchObject({ row: 4, column: 5, sum: 255 });
    // Noise of one everywhere, times alpha, smoothed to itself away from the border.
    const shifted = elastic(dot(4, 4), { alpha: 1, sigma: 0.3 }, constant(1));
    expect(light(shifted)).toMatchObject({ row: expect.closeTo(3, 3), column: expect.closeTo(3, 3), sum: expect.closeTo(255, 1) });
  })); // prettier-ignore

  test('with the edge as fill, what comes in from outside has its colours', on(backend, () => {
    const colour = tf.tile(tf.tensor4d([200, 20, 90], [1, 1, 1, 3]), [4, 9, 7, 1]) as tf.Tensor4D;
    const steps = (fill?: 'edge') => [
      (images: tf.Tensor4D, random: StepRandom) => affine(images, { ...none, rotation: 40, translate: 4, fill }, random),
      (images: tf.Tensor4D, random: StepRandom) => elastic(images, { alpha: 30, sigma: 2, fill }, random),
    ];
    const changed = (fill?: 'edge') => augment(colour, steps(fill), stepRandom(tf.tensor1d([1, 1], 'int32')));
    const difference = (images: tf.Tensor) => tf.max(tf.abs(tf.sub(images, colour))).dataSync()[0]!;
    expect(difference(changed('edge'))).toBeLessThan(0.01);
    expect(difference(changed())).toBeGreaterThan(100);
  })); // prettier-ignore
  test('erasing fills a rectangle of the asked area with noise, in the asked share of images', on(backend, () => {
    const random = stepRandom(tf.tensor1d([3, 1], 'int32'));
    const blank = tf.zeros([400, 20, 20, 1]) as tf.Tensor4D;
    const erased = erasing(blank, { probability: 0.5, area: [0.1, 0.1] }, random);
    const share = tf.mean(tf.cast(tf.greater(erased, 0), 'float32'), [1, 2, 3]).dataSync();
    const hit = [...share].filter((s) => s > 0);
    expect(hit.length / 400).toBeGreaterThan(0.4);
    expect(hit.length / 400).toBeLessThan(0.6);
    // Some holes reach over the border, none is larger than asked, but for whole pixels.
    expect(Math.max(...hit)).toBeLessThan(0.14);
    expect(hit.filter((s) => s > 0.08).length).toBeGreaterThan(hit.length / 2);
  })); // prettier-ignore

  test('the same key gives the same images, another step others; every image gets its own change', on(backend, () => {
    const images = tf.tile(dot(4, 6), [2, 1, 1, 1]) as tf.Tensor4D;
    const at = (step: number): number[] =>
      [...affine(images, { ...none, translate: 3 }, stepRandom(tf.tensor1d([1, step], 'int32'))).dataSync()];
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    expect(at(1).slice(0, 81)).not.toEqual(at(1).slice(81));
  })); // prettier-ignore
});
