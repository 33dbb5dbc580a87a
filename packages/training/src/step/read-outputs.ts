import type { Named } from '@glyphlab/graph';
import { fetchValues } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';

type Values = Record<string, Float32Array>;

/**
 * The values of what a step puts out; outputs and inputs are disposed of. A promise only where they come later (WebGPU), so that
 * elsewhere no step waits for a turn of the event loop.
 */
export function readOutputs(outputs: Named, inputs: Named): Values | Promise<Values> {
  const read = (): Values => {
    const values = Object.entries(outputs).map(([name, x]) => [name, x.dataSync() as Float32Array] as const);
    tf.dispose([inputs, outputs]);
    return Object.fromEntries(values);
  };
  return fetchValues(Object.values(outputs))?.then(read) ?? read();
}
