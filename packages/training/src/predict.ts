import type { Precision } from '@glyphlab/graph';
import { type Augment, fetchValues, isNative } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import { predictStep } from './step/evaluate-step.ts';
import { Batches, inOrder } from './input/batches.ts';
import { type ImageSource, residentOf } from './input/image-source.ts';
import type { Network } from './network.ts';
import { createRunner } from './step/runner.ts';
import { Turns } from './turns.ts';

export interface PredictOptions {
  batchSize: number;
  precision?: Precision;
  /** Averages the probabilities over this many views of each image, the unchanged one among them. */
  testTimeAugmentation?: { views: number; change: readonly Augment[]; seed: number } | undefined;
  onProgress?: (images: number) => void;
  signal?: AbortSignal;
}

/** Below this many steps, making a graph costs more than it saves. */
const WORTH_A_GRAPH = 4;

/** @returns probabilities [table.size, numClasses], row by row, each 0–1 and of sum 1 */
export async function predict(network: Network, table: ImageSource, options: PredictOptions): Promise<Float32Array> {
  const { testTimeAugmentation: tta } = options;
  const step = predictStep(network, table, tta?.change ?? []);
  const views = tta?.views ?? 1;
  const graph = isNative() && (table.size * views) / options.batchSize >= WORTH_A_GRAPH;
  // Steps of one size: another size would need a graph of its own.
  const batchSize = graph ? evenBatchSize(table.size, options.batchSize) : options.batchSize;
  const runner = graph
    ? createRunner({
        variables: network.variables,
        resident: residentOf(table),
        precision: options.precision ?? 'fp32',
      })
    : undefined;
  const run = runner?.compile(step) ?? ((inputs) => tf.tidy(() => step(inputs)));
  const turns = new Turns(options.signal);
  const batches = new Batches(table);
  batches.start(graph ? filledUp(inOrder(table.size), batchSize) : inOrder(table.size), batchSize);
  const result = new Float32Array(table.size * network.numClasses);
  try {
    for (let from = 0; from < table.size; from += batchSize) {
      const length = Math.min(batchSize, table.size - from);
      const next = batches.next(from);
      const batch = next instanceof Promise ? await next : next;
      for (let view = 0; view < views; view++) {
        const inputs: Record<string, tf.Tensor> = { ...batch };
        if (view > 0) inputs['key'] = tf.tensor1d([tta!.seed, view], 'int32');
        const { probabilities } = run(inputs);
        const fetching = fetchValues([probabilities!]);
        if (fetching) await fetching;
        const values = probabilities!.dataSync();
        const start = from * network.numClasses;
        for (let k = 0; k < length * network.numClasses; k++) result[start + k]! += values[k]! / views;
        tf.dispose([inputs['key'] ?? [], probabilities!]);
      }
      tf.dispose(batch);
      if (turns.due()) {
        options.onProgress?.(from + length);
        await turns.take();
      }
    }
  } finally {
    runner?.dispose();
    await batches.close();
  }
  return result;
}

/** The least size of as many batches as are needed anyway, so that the last one lacks few images. */
const evenBatchSize = (size: number, most: number): number => Math.ceil(size / Math.ceil(size / most));

/** Rows up to a multiple of the batch size, the last ones being the first row again. */
function filledUp(rows: Int32Array, batchSize: number): Int32Array {
  const filled = new Int32Array(Math.ceil(rows.length / batchSize) * batchSize);
  filled.set(rows);
  return filled;
}
