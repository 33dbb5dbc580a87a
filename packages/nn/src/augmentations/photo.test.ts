import { stepRandom, type StepRandom } from '@glyphlab/graph/step-random';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { backends, on } from '../testing/backends.ts';
import { blur } from './blur.ts';
import { colorJitter, grayscale } from './color.ts';
import { cutMix } from './cut-mix.ts';
import { flip } from './flip.ts';
import { perspective } from './perspective.ts';
import { randomResizedCrop } from './random-resized-crop.ts';

/** A source that gives these numbers, one a call, the last one for ever. */
function drawing(...values: number[]): StepRandom {
  let call = 0;
  const fill = (shape: readonly number[]) => tf.fill([...shape], values[Math.min(call++, values.length - 1)]!);
  return { uniform: fill, normal: fill };
}
const seeded = (step = 1): StepRandom => stepRandom(tf.tensor1d([1, step], 'int32'));
/** Rows of one image of one channel. */
const image = (rows: number[][]): tf.Tensor4D => tf.tensor4d(rows.flat(), [1, rows.length, rows[0]!.length, 1]);
const rowsOf = (x: tf.Tensor4D): number[][] => (tf.squeeze(x, [0, 3]) as tf.Tensor2D).arraySync();
const close = (value: number) => expect.closeTo(value, 2);
const colour = (...rgb: number[]): tf.Tensor4D => tf.tensor4d(rgb, [1, 1, 1, 3]);
const largest = (x: tf.Tensor): number => tf.max(tf.abs(x)).dataSync()[0]!;

describe.each(backends)('on %s', (backend) => {
  test('flip mirrors each way with its own probability', on(backend, () => {
    const x = image([[1, 2], [3, 4]]);
    expect(rowsOf(flip(x, { horizontal: 1, vertical: 0 }, seeded()))).toEqual([[2, 1], [4, 3]]);
    expect(rowsOf(flip(x, { horizontal: 0, vertical: 1 }, seeded()))).toEqual([[3, 4], [1, 2]]);
    const many = flip(tf.tile(x, [400, 1, 1, 1]) as tf.Tensor4D, { horizontal: 0.25, vertical: 0 }, seeded());
    const share = [...many.dataSync()].filter((value, k) => k % 4 === 0 && value === 2).length / 400;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.08);
  })); // prettier-ignore

  test('a crop of a quarter shows that quarter, twice as large; one of everything is the image', on(backend, () => {
    const ramp = image(Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => 10 * x + y)));
    const options = { area: [0.25, 0.25], aspect: [1, 1] } as const;
    // Of what is drawn, the first is how far to the right the part lies, the second how far down.
    const part = rowsOf(randomResizedCrop(ramp, options, drawing(1, 0)));
    // Its left edge is the image's middle, 3.5 pixels from the first pixel's own middle; half a pixel of it is a quarter.
    expect(part[4]!.slice(0, 3)).toEqual([close(37.5 + 1.75), close(42.5 + 1.75), close(47.5 + 1.75)]);
    expect(part[6]![0]! - part[4]![0]!).toBeCloseTo(1, 3);
    const whole = randomResizedCrop(ramp, { area: [1, 1], aspect: [1, 1] }, seeded());
    expect(largest(tf.sub(whole, ramp))).toBeLessThan(1e-3);
    // A part that is twice as wide as high.
    const wide = rowsOf(randomResizedCrop(ramp, { area: [0.5, 0.5], aspect: [2, 2] }, drawing(0)));
    expect([wide[0]![4]! - wide[0]![2]!, wide[5]![0]! - wide[3]![0]!]).toEqual([close(20), close(1)]);
  })); // prettier-ignore

  test('perspective brings the corners to where they were drawn, and leaves out what is not hit', on(backend, () => {
    const x = tf.cast(tf.randomUniform([2, 9, 9, 1], 0, 255, 'int32', 1), 'float32') as tf.Tensor4D;
    expect(largest(tf.sub(perspective(x, { distortion: 0.5, probability: 0 }, seeded()), x))).toBeLessThan(1e-3);
    // All corners a quarter inwards: the image at half its size, in the middle.
    const inwards = rowsOf(perspective(tf.slice(x, 0, 1) as tf.Tensor4D, { distortion: 0.5, probability: 1 }, drawing(1)));
    const [first] = rowsOf(tf.slice(x, 0, 1) as tf.Tensor4D);
    expect([inwards[2]![2], inwards[2]![4], inwards[2]![6]]).toEqual([close(first![0]!), close(first![4]!), close(first![8]!)]);
    expect(inwards[0]).toEqual(Array(9).fill(0));
    // Only the top left corner: the others stay.
    const one = rowsOf(perspective(tf.slice(x, 0, 1) as tf.Tensor4D, { distortion: 0.5, probability: 1 }, drawing(1, 1, 0)));
    const all = rowsOf(tf.slice(x, 0, 1) as tf.Tensor4D);
    expect([one[2]![2], one[0]![8], one[8]![0], one[8]![8]]).toEqual([all[0]![0]!, all[0]![8]!, all[8]![0]!, all[8]![8]!].map(close));
  })); // prettier-ignore

  test('colour jitter scales brightness, stretches contrast and saturation, and turns the hue round the grey', on(backend, () => {
    const none = { brightness: 0, contrast: 0, saturation: 0, hue: 0 };
    const at = (x: tf.Tensor4D, change: Partial<typeof none>, drawn = 1) => [...colorJitter(x, { ...none, ...change }, drawing(drawn)).dataSync()];
    expect(at(colour(100, 40, 20), { brightness: 0.5 })).toEqual([150, 60, 30].map(close));
    expect(at(colour(100, 40, 20), { brightness: 0.5 }, 0)).toEqual([50, 20, 10].map(close));
    expect(at(colour(200, 40, 20), { brightness: 1 })[0]).toBe(255);
    expect(at(image([[100, 50]]), { contrast: 0.5 })).toEqual([112.5, 37.5].map(close));
    const luma = ([r, g, b]: number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!;
    const grey = luma([100, 40, 20]);
    expect(at(colour(100, 40, 20), { saturation: 0.5 })).toEqual([100, 40, 20].map((v) => expect.closeTo(grey + 1.5 * (v - grey), 1)));
    const turned = at(colour(100, 60, 60), { hue: 0.3 });
    expect(turned[0]!).toBeLessThan(Math.max(turned[1]!, turned[2]!));
    expect(luma(turned)).toBeCloseTo(luma([100, 60, 60]), 1);
    expect(at(colour(90, 90, 90), { hue: 0.5, saturation: 1 })).toEqual([90, 90, 90].map((v) => expect.closeTo(v, 1)));
    // A whole turn is none.
    expect(at(colour(100, 40, 20), { hue: 1 })).toEqual([100, 40, 20].map((v) => expect.closeTo(v, 1)));
  })); // prettier-ignore

  test('grayscale gives all channels the luma', on(backend, () => {
    const grey = [...grayscale(colour(100, 40, 20), { probability: 1 }, seeded()).dataSync()];
    expect(grey).toEqual(Array(3).fill(close(0.299 * 100 + 0.587 * 40 + 0.114 * 20)));
    expect([...grayscale(colour(100, 40, 20), { probability: 0 }, seeded()).dataSync()]).toEqual([100, 40, 20]);
  })); // prettier-ignore

  test('blur spreads a point as a Gaussian, keeps plain ground plain, and leaves out what is not hit', on(backend, () => {
    const dot = image(Array.from({ length: 15 }, (_, y) => Array.from({ length: 15 }, (_, x) => (x === 7 && y === 7 ? 255 : 0))));
    const spread = rowsOf(blur(dot, { probability: 1, sigma: [1.5, 1.5] }, seeded()));
    const total = Array.from({ length: 15 }, (_, k) => Math.exp(-((k - 7) ** 2) / 4.5)).reduce((a, b) => a + b);
    expect([spread[7]![7], spread[7]![9], spread[6]![7]]).toEqual(
      [1, Math.exp(-4 / 4.5), Math.exp(-1 / 4.5)].map((weight) => expect.closeTo((255 * weight) / total ** 2, 1)),
    );
    const plain = tf.fill([2, 8, 6, 3], 77) as tf.Tensor4D;
    expect(largest(tf.sub(blur(plain, { probability: 1, sigma: [0.5, 3] }, seeded()), plain))).toBeLessThan(1e-3);
    expect(rowsOf(blur(dot, { probability: 0, sigma: [1, 2] }, seeded()))).toEqual(rowsOf(dot));
  })); // prettier-ignore

  test('CutMix takes a rectangle of the asked area from the partner, and says what share was kept', on(backend, () => {
    const [black, white] = [tf.zeros([2, 20, 20, 1]), tf.ones([2, 20, 20, 1])] as [tf.Tensor4D, tf.Tensor4D];
    const middle = cutMix(black, white, tf.scalar(0.75), drawing(0.5));
    expect(middle.share.dataSync()[0]).toBeCloseTo(0.75, 5);
    expect(tf.mean(middle.images).dataSync()[0]).toBeCloseTo(0.25, 5);
    // In the corner three quarters of it are outside.
    expect(cutMix(black, white, tf.scalar(0.75), drawing(0)).share.dataSync()[0]).toBeCloseTo(1 - 0.25 / 4, 5);
    expect(cutMix(black, white, tf.scalar(1), seeded()).share.dataSync()[0]).toBe(1);
    expect(cutMix(black, white, tf.scalar(0), drawing(0.5)).share.dataSync()[0]).toBe(0);
  })); // prettier-ignore
});
