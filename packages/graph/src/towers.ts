import * as tf from '@tensorflow/tfjs';
import { checkInputs, checkResults } from './check-tensors.ts';
import { GraphError } from './graph-error.ts';

type Named = Record<string, tf.Tensor>;

/**
 * Data parallelism inside one step: splits every input along its first axis into `towers` equal parts, runs `body` on each and
 * averages what the parts return. Compiled, TensorFlow runs the parts side by side, best with one thread each
 * (`TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=towers` before TensorFlow is loaded).
 *
 * A part that does not divide evenly is not split: all of it runs as one tower. Batch norm inside `body` sees a part of the batch
 * only, which is ghost batch norm (Hoffer et al. 2017, "Train longer, generalize better", §4).
 *
 * @param inputs tensors [n, …], all with the same n
 * @throws GraphError GRAPH_TOWERS if the inputs differ in n, one has no first axis, or the towers return different names; GRAPH_INPUT and
 *   GRAPH_RESULT for what is no tensor
 * @returns mean over the towers of each tensor that `body` returns
 */
export function inTowers<Out extends Named>(
  towers: number,
  inputs: Named,
  body: (part: Named, tower: number) => Out,
): Out {
  if (!Number.isInteger(towers) || towers < 1)
    throw new GraphError(
      'GRAPH_TOWERS',
      `The number of towers must be a whole number of at least 1. Received: ${towers}.`,
    );
  checkInputs(inputs);
  const sizes = Object.entries(inputs).map(([name, { shape }]) => ({ name, shape, size: shape[0] }));
  const n = sizes[0]?.size;
  if (sizes.some(({ size }) => size === undefined || size !== n)) {
    const received = sizes.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
    throw new GraphError(
      'GRAPH_TOWERS',
      `The inputs of towers are cut along their first axis, which must be of one length. Received: ${received}. ` +
        'A tensor that every tower needs whole can be read from outside the body.',
    );
  }
  if (n === undefined || towers === 1 || n % towers !== 0) return body(inputs, 0);
  const size = n / towers;
  const parts = Array.from({ length: towers }, (_, k) => {
    const part = body(
      Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, tf.slice(x, k * size, size)])),
      k,
    );
    checkResults(part);
    return part;
  });
  const [names, ...others] = parts.map((part) => Object.keys(part).join(', '));
  const other = others.find((received) => received !== names);
  if (other !== undefined)
    throw new GraphError(
      'GRAPH_TOWERS',
      `Each tower must return the same results. Received: ${names} of the first, ${other} of another.`,
    );
  const mean = (name: string): tf.Tensor => tf.mul(tf.addN(parts.map((part) => summand(part[name]!))), 1 / towers);
  return Object.fromEntries(Object.keys(parts[0]!).map((name) => [name, mean(name)])) as Out;
}

/** TensorFlow adds no booleans. */
const summand = (x: tf.Tensor): tf.Tensor => (x.dtype === 'bool' ? tf.cast(x, 'float32') : x);
