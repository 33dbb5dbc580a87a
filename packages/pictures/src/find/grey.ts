import { boxBlur, plane, type Box, type Plane } from './plane.ts';
import type { PictureSource } from '../source.ts';

/** A picture, or a part of one, reduced to one value a pixel. */
export interface GreyPicture {
  /** 0 (darkest) to 255 (lightest). */
  grey: Plane;
  /** Part of the picture it shows, in that picture's pixels. */
  region: Box;
  /** Pixels of the working picture to one of the source. */
  scale: number;
}

/** The longer side of the picture all work is done on: strokes stay wide enough to measure, the work below 100 ms. */
const WORKING_SIDE = 384;

/** Reads a part of a picture at working size, as grey levels. */
export async function readGrey(picture: PictureSource, region: Box): Promise<GreyPicture> {
  const [regionWidth, regionHeight] = [region.right - region.left, region.bottom - region.top];
  const scale = WORKING_SIDE / Math.max(regionWidth, regionHeight);
  const width = Math.max(1, Math.round(regionWidth * scale));
  const height = Math.max(1, Math.round(regionHeight * scale));
  const rgba = await picture.scaled(region, width, height);
  const sharp = strongestColour(onGround(rgba, width, height));
  // Enlarged pixels carry their noise in blots, which this evens out.
  const grey = scale >= 1 ? boxBlur(sharp, Math.min(4, Math.floor(scale))) : sharp;
  return { grey, region, scale };
}

type Rgb = [Plane, Plane, Plane];

/**
 * The three colour planes without transparency. What was drawn on nothing gets a ground that sets it off; small
 * transparent parts, as round corners, get the colour of what is visible.
 */
function onGround(rgba: ArrayLike<number>, width: number, height: number): Rgb {
  const planes: Rgb = [plane(width, height), plane(width, height), plane(width, height)];
  const count = width * height;
  let visible = 0;
  let brightness = 0;
  for (let i = 0; i < count; i++) {
    const alpha = rgba[4 * i + 3]!;
    visible += alpha;
    brightness += (alpha * (rgba[4 * i]! + rgba[4 * i + 1]! + rgba[4 * i + 2]!)) / 3;
  }
  const mean = visible === 0 ? 255 : brightness / visible;
  const ground = visible < 0.7 * 255 * count ? (mean < 128 ? 255 : 0) : mean;
  for (let i = 0; i < count; i++) {
    const alpha = rgba[4 * i + 3]! / 255;
    for (let c = 0; c < 3; c++) planes[c]!.data[i] = alpha * rgba[4 * i + c]! + (1 - alpha) * ground;
  }
  return planes;
}

/**
 * Projects the colours onto the direction in which neighbouring pixels differ most: red ink on white paper, or yellow
 * chalk on green, then stands out as much as black on white does. Slow changes, as of light, do not count.
 */
function strongestColour(rgb: Rgb): Plane {
  const { width, height } = rgb[0];
  const radius = Math.max(2, Math.round(Math.max(width, height) / 16));
  const blurred = rgb.map((colour) => boxBlur(colour, radius));
  const [red, green, blue] = rgb.map((colour, c) => ({ colour: colour.data, ground: blurred[c]!.data }));
  let [rr, gg, bb, rg, rb, gb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    const r = red!.colour[i]! - red!.ground[i]!;
    const g = green!.colour[i]! - green!.ground[i]!;
    const b = blue!.colour[i]! - blue!.ground[i]!;
    rr += r * r;
    gg += g * g;
    bb += b * b;
    rg += r * g;
    rb += r * b;
    gb += g * b;
  }
  const covariance = [
    [rr, rg, rb],
    [rg, gg, gb],
    [rb, gb, bb],
  ];
  const [r, g, b] = principalAxis(covariance) as [number, number, number];
  // Weights of mixed sign lead below zero.
  const offset = 255 * (Math.min(0, r) + Math.min(0, g) + Math.min(0, b));
  const result = plane(width, height);
  for (let i = 0; i < result.data.length; i++) {
    result.data[i] = r * rgb[0].data[i]! + g * rgb[1].data[i]! + b * rgb[2].data[i]! - offset;
  }
  return result;
}

/** Eigenvector of the largest eigenvalue, by power iteration, scaled so that the weights' sizes sum to one. */
function principalAxis(matrix: number[][]): number[] {
  let axis = [1, 1, 1];
  for (let round = 0; round < 30; round++) {
    const next = matrix.map((row) => row.reduce((sum, value, c) => sum + value * axis[c]!, 0));
    const size = Math.hypot(...next);
    if (size === 0) return [1 / 3, 1 / 3, 1 / 3];
    axis = next.map((value) => value / size);
  }
  const sum = axis.reduce((total, weight) => total + Math.abs(weight), 0);
  const sign = axis[0]! + axis[1]! + axis[2]! < 0 ? -1 : 1;
  return axis.map((weight) => (sign * weight) / sum);
}
