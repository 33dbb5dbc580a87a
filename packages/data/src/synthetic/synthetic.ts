import type { Dataset, Split } from '../dataset.ts';
import type { SyntheticOptions } from './options.ts';
import { createRandom, type Random } from '../splits/random.ts';

type Stroke = readonly [x1: number, y1: number, x2: number, y2: number];

/** Sixteen strokes between the nine points of a 3 × 3 grid, as on a display for letters; coordinates 0 to 1. */
const strokes: readonly Stroke[] = [
  ...[0, 0.5, 1].flatMap((a): Stroke[] => [
    [0, a, 0.5, a],
    [0.5, a, 1, a],
    [a, 0, a, 0.5],
    [a, 0.5, a, 1],
  ]),
  ...[0, 1].flatMap((x): Stroke[] => [
    [x, 0, 0.5, 0.5],
    [x, 1, 0.5, 0.5],
  ]),
];

const bits = (value: number): number => value.toString(2).replaceAll('0', '').length;

/** For each class its strokes, as bits. Any two differ in at least four, so that noise does not join them. */
function signs(numClasses: number): number[] {
  const random = createRandom(16);
  const chosen: number[] = [];
  while (chosen.length < numClasses) {
    const sign = random.below(2 ** strokes.length);
    if (bits(sign) >= 4 && bits(sign) <= 9 && chosen.every((other) => bits(sign ^ other) >= 4)) chosen.push(sign);
  }
  return chosen;
}

/** A stroke where it is drawn: where it begins, and how far it goes. */
interface Line {
  x: number;
  y: number;
  dx: number;
  dy: number;
}

/** Squared distance of a point from a line. */
function squaredDistance(x: number, y: number, line: Line): number {
  const { dx, dy } = line;
  const [fromX, fromY] = [x - line.x, y - line.y];
  const along = Math.min(1, Math.max(0, (fromX * dx + fromY * dy) / (dx * dx + dy * dy)));
  return (fromX - along * dx) ** 2 + (fromY - along * dy) ** 2;
}

/** Draws a sign a little displaced, with soft edges and noise, into `image`. */
function draw(image: Uint8Array, sign: number, { height, width, channels }: SyntheticOptions, random: Random): void {
  const jitter = (amount: number) => (random.next() * 2 - 1) * amount;
  const [left, top] = [0.2 + jitter(0.08), 0.2 + jitter(0.08)];
  const [size, thickness] = [0.6 + jitter(0.06), 0.05 + jitter(0.015)];
  const lines = strokes
    .filter((_, bit) => (sign >> bit) & 1)
    .map(([x1, y1, x2, y2]): Line => ({
      x: left + size * x1,
      y: top + size * y1,
      dx: size * (x2 - x1),
      dy: size * (y2 - y1),
    }));
  const colour = Array.from({ length: channels }, () => 190 + random.below(66));
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let nearest = Infinity;
      for (const line of lines)
        nearest = Math.min(nearest, squaredDistance((x + 0.5) / width, (y + 0.5) / height, line));
      const ink = Math.min(1, Math.max(0, 1.5 - Math.sqrt(nearest) / thickness));
      const noise = random.below(40);
      for (const full of colour) image[i++] = Math.min(255, Math.round(ink * full + noise));
    }
  }
}

function drawSplit(size: number, options: SyntheticOptions, chosen: readonly number[], random: Random): Split {
  const length = options.height * options.width * options.channels;
  const split: Split = { images: new Uint8Array(size * length), labels: new Uint8Array(size), size };
  for (let i = 0; i < size; i++) {
    split.labels[i] = i % options.numClasses;
    draw(split.images.subarray(i * length, (i + 1) * length), chosen[split.labels[i]!]!, options, random);
  }
  return split;
}

/** Simple signs, drawn on the spot: the same for the same options and seed. */
export function makeSynthetic(options: SyntheticOptions, seed: number): Dataset {
  const chosen = signs(options.numClasses);
  const random = createRandom(seed);
  const part = Math.max(1, Math.round(options.size / 4));
  return {
    type: 'synthetic',
    name: 'Synthetic signs',
    classNames: Array.from({ length: options.numClasses }, (_, i) => `sign ${i}`),
    imageShape: [options.height, options.width, options.channels],
    train: drawSplit(options.size, options, chosen, random),
    val: drawSplit(part, options, chosen, random),
    test: drawSplit(part, options, chosen, random),
    source: 'drawn by glyphlab',
    notes: ['Made up, not handwriting.'],
  };
}
