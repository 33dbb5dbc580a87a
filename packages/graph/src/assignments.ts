import * as tf from '@tensorflow/tfjs';
import { GraphError } from './graph-error.ts';

type Assign = (this: tf.Variable, value: tf.Tensor) => void;

/** What to do about a variable that a program does not know. */
export const DECLARE_VARIABLE =
  'Declare it among the variables of the program; those of an optimizer of tfjs are what optimizerState returns.';

/** Puts `replacement` in the place of every variable's `assign`. @returns ends it */
function replaceAssign(replacement: (assign: Assign) => Assign): () => void {
  const prototype = tf.Variable.prototype as { assign: Assign };
  const { assign } = prototype;
  prototype.assign = replacement(assign);
  return () => {
    prototype.assign = assign;
  };
}

/**
 * Refuses the assignment of any variable but these: a graph would assign nothing, and the variable keep what it had in the trace.
 * @returns ends it
 */
export function watchAssignments(declared: ReadonlySet<tf.Tensor>): () => void {
  return replaceAssign(
    (assign) =>
      function (value) {
        if (!declared.has(this)) {
          throw new GraphError('GRAPH_UNDECLARED', `The step assigns the variable "${this.name}". ${DECLARE_VARIABLE}`);
        }
        assign.call(this, value);
      },
  );
}

/** Runs `body` while no variable takes a new value. */
export function withoutAssignments(body: () => void): void {
  const restore = replaceAssign(() => () => {});
  try {
    body();
  } finally {
    restore();
  }
}
