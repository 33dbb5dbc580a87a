import * as tf from '@tensorflow/tfjs';
import { GraphError } from './graph-error.ts';

/** @throws GraphError GRAPH_INPUT unless it is an object of tensors that are not disposed of */
export function checkInputs(inputs: unknown): void {
  check(inputs, 'input', 'GRAPH_INPUT');
}

/**
 * @param results what a step returned
 * @throws GraphError GRAPH_ASYNC if it is a promise, GRAPH_RESULT unless it is an object of tensors that are not disposed of
 */
export function checkResults(results: unknown): void {
  if (results instanceof Promise) {
    // What else becomes of the step is nobody's concern.
    results.catch(() => undefined);
    throw new GraphError(
      'GRAPH_ASYNC',
      'The step is async. It is recorded while it runs, so it must be an ordinary function that returns its tensors.',
    );
  }
  check(results, 'result', 'GRAPH_RESULT');
}

/**
 * @param user who reads it: `The op Mul`
 * @throws GraphError GRAPH_DISPOSED if the tensor is disposed of
 */
export function checkAlive(tensor: unknown, user: string): void {
  if (!(tensor instanceof tf.Tensor) || !tensor.isDisposed) return;
  const what =
    tensor instanceof tf.Variable ? `the variable "${tensor.name}"` : `a tensor [${tensor.shape.join(', ')}]`;
  throw new GraphError('GRAPH_DISPOSED', `${user} reads ${what} that is disposed of.`);
}

function check(values: unknown, what: 'input' | 'result', code: string): void {
  const wrong = (where: string, received: string): GraphError =>
    new GraphError(code, `${where}. Received: ${received}.`);
  if (typeof values !== 'object' || values === null || values instanceof tf.Tensor) {
    throw wrong(`The ${what}s of a step are an object of tensors by name`, describe(values));
  }
  for (const [name, value] of Object.entries(values)) {
    if (!(value instanceof tf.Tensor))
      throw wrong(`The ${what} "${name}" of the step must be a tensor`, describe(value));
    if (value.isDisposed) throw wrong(`The ${what} "${name}" of the step must be a tensor`, 'one that is disposed of');
  }
}

function describe(value: unknown): string {
  if (value instanceof tf.Tensor) return 'a single tensor';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? `an object of ${Object.keys(value).join(', ') || 'nothing'}` : String(value); // prettier-ignore
}
