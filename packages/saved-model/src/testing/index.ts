import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export { decodeSavedModel, type Node } from '@glyphlab/graph/graph-def';

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

/** Runs one of the Python files here over model directories. @throws Error with what Python printed */
export async function runPython(
  python: string,
  script: 'check_onnx.py' | 'run_saved_model.py',
  { file, pixels, shape }: { file: string; pixels: Float32Array; shape: readonly number[] },
  directories: readonly string[],
): Promise<void> {
  writeFileSync(file, pixels);
  const args = [join(import.meta.dirname, script), file, shape.join(), ...directories];
  await promisify(execFile)(python, args, { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
}

/** What such a file wrote into a model directory. */
export async function readFloats(directory: string, name: string): Promise<Float32Array> {
  const bytes = await readFile(join(directory, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
