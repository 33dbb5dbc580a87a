import { isLightOnDark } from './polarity.ts';
import { closing, halveToMaximum, plane, quantile, type Plane } from './plane.ts';

/** Where the ink is. */
export interface Ink {
  width: number;
  height: number;
  /** 1 where there is ink. */
  mask: Uint8Array;
  /** 1 where it is as dark as the ink of the character. */
  dark: Uint8Array;
  /** 1 also where it is much paler: lines of the paper show in it from edge to edge. */
  pale: Uint8Array;
  /** How much darker the ink is than its ground, 0–1. */
  contrast: number;
  /** The same of the ground's own unevenness (standard deviation). */
  noise: number;
  /** Whether it was light on dark. */
  inverted: boolean;
  /** Side of the square the ground was sought in, as a share of the picture's longer side. */
  window: number;
}

/**
 * Finds ink on a ground of any, also uneven, brightness, dark on light or light on dark.
 *
 * A person's sheet on a dark table looks like one huge light stroke on dark ground; ink that is thin the other way
 * round is then the likelier.
 */
export function findInk(grey: Plane): Ink {
  const inverted = isLightOnDark(grey);
  const likely = findDarkInk(inverted ? inverse(grey) : grey, inverted);
  if (likely.window <= THICKEST) return likely;
  const other = findDarkInk(inverted ? grey : inverse(grey), !inverted);
  return other.window < THICKEST && other.contrast > 0.2 ? other : likely;
}

const inverse = (grey: Plane): Plane => ({ ...grey, data: grey.data.map((value) => 255 - value) });

/** Share of the contrast of the darkest ink that lines of the paper have at least. */
const PALE = 0.15;

/**
 * The ground is estimated by closing, which fills the strokes; of its brightness the ink leaves a share that does not
 * depend on the light. A threshold with hysteresis keeps what is at least half as dark as the darkest ink, and paler
 * strokes that hang on to it; pale lines of squared paper do not.
 */
function findDarkInk(grey: Plane, inverted: boolean): Ink {
  const { width, height } = grey;
  const { depth, noise, window } = inkDepth(grey);
  const contrast = darkest(depth);
  const strong = 0.55 * contrast;
  const weak = Math.min(strong, Math.max(0.4 * contrast, 4 * noise));
  const faint = Math.min(weak, Math.max(PALE * contrast, 4 * noise));
  const dark = deeperThan(depth, strong);
  const mask = hysteresis(depth, weak, dark);
  const pale = deeperThan(depth, faint);
  return { width, height, mask, dark, pale, contrast, noise, window, inverted };
}

/** Sides of the square the ground is sought in, as shares of the picture's longer side: for thin strokes to the boldest. */
const WINDOWS = [1 / 20, 1 / 10, 1 / 5, 1 / 2.5, 0.8];
/** The widest of them that strokes need. */
const THICKEST = 1 / 2.5;

interface Depth {
  depth: Plane;
  noise: number;
  window: number;
}

/** Share of the ground's brightness that is missing at each pixel, 0–1. */
function inkDepth(grey: Plane): Depth {
  const half = halveToMaximum(grey);
  const grounds = WINDOWS.map((window) => {
    const radius = Math.max(1, Math.round((window * Math.max(half.width, half.height)) / 2));
    return once(() => closing(half, radius));
  });
  const i = narrowestWindow(grounds.map((ground) => once(() => belowGround(grey, ground(), 2).depth)));
  return { ...belowGround(grey, grounds[i]!(), 1), window: WINDOWS[i]! };
}

/** The narrowest window follows the light most closely; it must see about as much ink as every wider one. */
function narrowestWindow(depths: readonly (() => Plane)[]): number {
  const widest = depths.length - 1;
  const full = darkest(depths[widest]!());
  const area = (depth: Plane) => depth.data.reduce((count, value) => count + (value > 0.6 * full ? 1 : 0), 0);
  let most = area(depths[widest]!());
  let best = widest;
  for (let i = widest - 1; i >= 0; i--) {
    const seen = area(depths[i]!());
    most = Math.max(most, seen);
    if (seen < 0.85 * most) break;
    // Short of all of it, what is missing are the places where strokes cross, which the next wider window fills.
    best = seen < 0.97 * most ? i + 1 : i;
  }
  return best;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/**
 * @param ground at half the size
 * @param stride 2 leaves out every other column and row, to estimate with
 */
function belowGround(grey: Plane, ground: Plane, stride: 1 | 2): { depth: Plane; noise: number } {
  const shift = stride === 1 ? 1 : 0;
  const depth = stride === 1 ? plane(grey.width, grey.height) : plane(ground.width, ground.height);
  for (let y = 0; y < depth.height; y++) {
    const from = y * stride * grey.width;
    const lights = (y >> shift) * ground.width;
    for (let x = 0; x < depth.width; x++) {
      const light = Math.max(24, ground.data[lights + (x >> shift)]!);
      depth.data[y * depth.width + x] = Math.max(0, 1 - grey.data[from + x * stride]! / light);
    }
  }
  // The ground is the brightest of a neighbourhood; most of the paper is a little darker. Even the boldest character
  // leaves half of the picture to the paper: its spread shows in the lighter part of all pixels.
  const usual = quantile(depth.data, 0.35);
  const noise = (usual - quantile(depth.data, 0.1)) / 0.9 / (1 - usual);
  const scale = 1 / (1 - usual);
  for (let i = 0; i < depth.data.length; i++) depth.data[i] = Math.max(0, (depth.data[i]! - usual) * scale);
  return { depth, noise };
}

/** Depth of the core of the strokes: what only one pixel in 2,000 exceeds, which even a small thin digit fills. */
const darkest = ({ data }: Plane) => quantile(data, 0.9995);

/** 1 where the depth exceeds a threshold. */
const deeperThan = ({ data }: Plane, threshold: number) =>
  Uint8Array.from(data, (value) => (value > threshold ? 1 : 0));

/** 1 where the depth exceeds `weak` in a connected part that somewhere is in `dark`. */
function hysteresis({ width, height, data }: Plane, weak: number, dark: Uint8Array): Uint8Array {
  const mask = dark.slice();
  const queue: number[] = [];
  dark.forEach((is, i) => is && queue.push(i));
  while (queue.length > 0) {
    const at = queue.pop()!;
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const i = ny * width + nx;
        if (mask[i] || data[i]! <= weak) continue;
        mask[i] = 1;
        queue.push(i);
      }
    }
  }
  return mask;
}
