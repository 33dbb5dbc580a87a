import type { Weights } from '../plan/plan.ts';

/*
 * ONNX has channels first: maps [n, channels, height, width], kernels [out, in, height, width].
 */

/** True for [h, w, channels], which lies otherwise here. */
export const isMap = (shape: readonly number[]): boolean => shape.length === 3;

/** [h, w, channels] → [channels, h, w]; other shapes stay. */
export const onnxShape = (shape: readonly number[]): number[] =>
  isMap(shape) ? [shape[2]!, shape[0]!, shape[1]!] : [...shape];

/** Swaps the halves of a matrix of `rows` × `columns` blocks: element [r, c] → [c, r]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c]!;
  }
  return result;
}

/** [h, w, in, out] → [out, in, h, w]. */
export function onnxKernel({ values, shape }: Weights): Weights {
  const [h, w, inputs, outputs] = shape as [number, number, number, number];
  // [h·w, in·out] → [in·out, h·w], and in it [in, out] → [out, in] of rows.
  const places = transposed(values, h * w, inputs * outputs);
  const result = new Float32Array(values.length);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      const from = (i * outputs + o) * h * w;
      result.set(places.subarray(from, from + h * w), (o * inputs + i) * h * w);
    }
  }
  return { values: result, shape: [outputs, inputs, h, w] };
}

/** [h, w, in, multiplier] → [in·multiplier, 1, h, w]: as many groups as input channels. */
export function onnxDepthwiseKernel({ values, shape }: Weights): Weights {
  const [h, w, inputs, multiplier] = shape as [number, number, number, number];
  return { values: transposed(values, h * w, inputs * multiplier), shape: [inputs * multiplier, 1, h, w] };
}
