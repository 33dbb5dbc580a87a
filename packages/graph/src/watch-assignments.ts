import * as tf from '@tensorflow/tfjs';
import { GraphError } from './graph-error.ts';

/** What to do about a variable that a program does not know. */
export const DECLARE_VARIABLE =
  'Declare it among the variables of the program; those of an optimizer of tfjs are what optimizerState returns.';

/**
 * Refuses the assignment of any variable but these: a graph would assign nothing, and the variable keep what it had in the trace.
 * @returns ends it
 */
export function watchAssignments(declared: ReadonlySet<tf.Tensor>): () => void {
  const prototype = tf.Variable.prototype as { assign: (this: tf.Variable, value: tf.Tensor) => void };
  const { assign } = prototype;
  prototype.assign = function (value) {
    if (!declared.has(this)) {
      throw new GraphError('GRAPH_UNDECLARED', `The step assigns the variable "${this.name}". ${DECLARE_VARIABLE}`);
    }
    assign.call(this, value);
  };
  return () => {
    prototype.assign = assign;
  };
}
