export { readFloats, runPython } from './run-python.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** What onnxruntime says of images. @param shape of all of them, [n, h, w, c] */
export async function runOnnx(
  model: Uint8Array,
  pixels: Float32Array,
  shape: readonly number[],
): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 2, logSeverityLevel: 3 });
  const { probabilities } = await session.run({ image: new Tensor('float32', pixels, shape) });
  await session.release();
  return probabilities!.data as Float32Array;
}

/** Largest difference of two lists of equal length; Infinity if one is longer or holds what is no number. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = Math.abs(a[k]! - b[k]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
