/*
 * Features as the page compares them: a choice of dimensions, brought to equal length. Cosine similarity is then a dot
 * product, and eight bits a value are enough.
 */

/** Values of int8 that stand for 1. */
const ONE = 127;

/** The dimensions in which features vary most, at most `most` of them, ascending. @param features rows of `width` values */
export function mostVaried(features: Float32Array, width: number, most: number): number[] {
  const count = features.length / width;
  const variances = Array.from({ length: width }, (_, d) => {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row++) {
      const value = features[row * width + d]!;
      sum += value;
      squares += value * value;
    }
    return squares / count - (sum / count) ** 2;
  });
  const ranked = variances.map((_, d) => d).sort((a, b) => variances[b]! - variances[a]!);
  return ranked.slice(0, most).sort((a, b) => a - b);
}

/** One image's features in the given dimensions, of length 1. All zeros stay so. */
export function unitVector(features: ArrayLike<number>, dimensions: readonly number[]): number[] {
  const chosen = dimensions.map((d) => features[d]!);
  const length = Math.hypot(...chosen) || 1;
  return chosen.map((value) => value / length);
}

export const quantised = (vector: readonly number[]): Int8Array =>
  Int8Array.from(vector, (value) => Math.round(ONE * value));

/**
 * The rows most like a vector, best first.
 *
 * @param table int8 rows as {@link quantised} makes them
 */
export function mostAlike(table: Int8Array, vector: readonly number[], count: number): number[] {
  const width = vector.length;
  const similarity = Float32Array.from({ length: table.length / width }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += table[row * width + d]! * vector[d]!;
    return sum;
  });
  const rows = [...similarity.keys()].sort((a, b) => similarity[b]! - similarity[a]!);
  return rows.slice(0, count);
}
