import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { evaluatePredictions } from '@glyphlab/evaluation';
import { imageTable } from '@glyphlab/nn';
import { writeModel } from '@glyphlab/saved-model';
import { predict } from '@glyphlab/training';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadDigits } from './digits.ts';
import { reportNetwork, selectNative } from './report-network.ts';
import { serve } from './serve.ts';

// inference-contestant.ts predict|evaluate|onnxruntime. Predictions for the test digits each time it is asked. Ours with the making of
// the graph; `evaluate` measures them as well. onnxruntime has its session and all images as float32 before the clock starts.
const [task] = process.argv.slice(2);
const version = await selectNative(1);
const { test, imageShape, classNames } = await loadDigits();
const network = reportNetwork(imageShape);
/** Largest difference of a probability that the two may have. */
const TOLERANCE = 1e-5;

async function ours(batch: number): Promise<Float32Array> {
  const table = imageTable(test, imageShape);
  try {
    return await predict(network, table, { batchSize: batch });
  } finally {
    table.images.dispose();
    table.labels.dispose();
  }
}

/** The same network as `model.onnx`, with as many threads as ours has. */
async function openOnnx(): Promise<(batch: number) => Promise<Float32Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  try {
    const card = { name: 'bench', dataset: 'mnist', classNames: [...classNames], imageShape, preprocessing: 'none' };
    await writeModel(join(folder, 'model'), network.model, card, { onMessage: console.error });
    const bytes = await readFile(join(folder, 'model', 'model.onnx'));
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: availableParallelism() });
    const pixels = Float32Array.from(test.images);
    const size = pixels.length / test.size;
    return async (batch) => {
      const result = new Float32Array(test.size * classNames.length);
      for (let from = 0; from < test.size; from += batch) {
        const part = pixels.subarray(from * size, Math.min(from + batch, test.size) * size);
        const image = new Tensor('float32', part, [part.length / size, ...imageShape]);
        const { probabilities } = await session.run({ image });
        result.set(probabilities!.data as Float32Array, from * classNames.length);
      }
      return result;
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws GlyphlabError if they do not say the same, which makes their speeds nothing to compare */
function requireSame(a: Float32Array, b: Float32Array): void {
  const difference = a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k]!)), 0);
  if (!(difference <= TOLERANCE))
    throw new GlyphlabError('BENCH_NOT_THE_SAME', `Probabilities of ours and onnxruntime differ by ${difference}.`);
}

let run = ours;
if (task === 'onnxruntime') {
  run = await openOnnx();
  requireSame(await ours(256), await run(256));
}

await serve(version, async ({ batch }) => {
  const start = performance.now();
  const probabilities = await run(batch);
  if (task === 'evaluate') evaluatePredictions({ labels: test.labels, probabilities, classNames });
  return { imagesPerSecond: test.size / ((performance.now() - start) / 1000) };
});
process.exit();
