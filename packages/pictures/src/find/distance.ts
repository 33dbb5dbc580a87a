/** Larger than any squared distance in a picture at working size. */
const FAR = 1e12;

/**
 * Distance of every pixel to the nearest one whose value in the mask is `value`, in pixels: exact and Euclidean, in
 * linear time.
 * Source: Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8, 2012.
 */
export function distanceTo(value: 0 | 1, mask: Uint8Array, width: number, height: number): Float64Array {
  const squared = new Float64Array(mask.length);
  for (let i = 0; i < mask.length; i++) squared[i] = mask[i] === value ? 0 : FAR;
  const line = new Line(Math.max(width, height));
  for (let x = 0; x < width; x++) line.transform(squared, x, width, height);
  for (let y = 0; y < height; y++) line.transform(squared, y * width, 1, width);
  for (let i = 0; i < squared.length; i++) squared[i] = Math.sqrt(squared[i]!);
  return squared;
}

/** The lower envelope of the parabolas rooted at each value of a row or column. */
class Line {
  private readonly values: Float64Array;
  private readonly roots: Int32Array;
  private readonly bounds: Float64Array;

  constructor(longest: number) {
    this.values = new Float64Array(longest);
    this.roots = new Int32Array(longest);
    this.bounds = new Float64Array(longest + 1);
  }

  transform(squared: Float64Array, start: number, step: number, count: number): void {
    const { values, roots, bounds } = this;
    for (let i = 0; i < count; i++) values[i] = squared[start + i * step]!;
    let last = 0;
    roots[0] = 0;
    bounds[0] = -Infinity;
    for (let i = 1; i < count; i++) {
      let meet = this.meet(roots[last]!, i);
      while (meet <= bounds[last]!) meet = this.meet(roots[--last]!, i);
      bounds[++last] = meet;
      roots[last] = i;
    }
    bounds[last + 1] = Infinity;
    for (let i = 0, root = 0; i < count; i++) {
      while (bounds[root + 1]! < i) root++;
      squared[start + i * step] = (i - roots[root]!) ** 2 + values[roots[root]!]!;
    }
  }

  /** Where the parabola rooted at `b` falls below the one rooted at `a`. */
  private meet(a: number, b: number): number {
    return (this.values[b]! + b * b - this.values[a]! - a * a) / (2 * (b - a));
  }
}
