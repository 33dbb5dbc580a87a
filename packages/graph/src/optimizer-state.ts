import * as tf from '@tensorflow/tfjs';
import { withoutAssignments } from './assignments.ts';

export interface OptimizerState {
  /** What its updates assign beside the weights: moments, velocities, powers of beta. */
  variables: tf.Variable[];
  /** What they only read: the rate of SGD, the factor of momentum. */
  resident: tf.Tensor[];
}

/**
 * Makes the slots of one of tfjs's own optimizers (`tf.train.sgd`, `momentum`, `adam`, …), which it would make at its first update, and
 * returns all its state, for a program to declare:
 *
 *     const state = optimizerState(optimizer, weights);
 *     new Program({ variables: [...weights, ...state.variables], resident: state.resident });
 *
 * Neither the weights nor the state that there already was change. The learning rate is a JavaScript number or resident, and so
 * stays what it is at the trace.
 *
 * @param weights in the order in which the updates get their gradients: `minimize`'s `varList`
 */
export function optimizerState(optimizer: tf.Optimizer, weights: readonly tf.Variable[]): OptimizerState {
  const fields = optimizer as unknown as { iterations_?: number };
  const { iterations_ } = fields;
  // Not undone after an update by nothing: centred RMSProp's makes its slots NaN.
  withoutAssignments(() =>
    tf.tidy(() => optimizer.applyGradients(Object.fromEntries(weights.map((w) => [w.name, tf.zerosLike(w)])))),
  );
  if (iterations_ === undefined) delete fields.iterations_;
  else fields.iterations_ = iterations_;
  return stateOf(optimizer);
}

/** They keep it in private fields: variables, tensors, and lists of `{ variable }` in the order of the weights. */
function stateOf(optimizer: tf.Optimizer): OptimizerState {
  const tensors = Object.values(optimizer).flatMap((field: unknown) =>
    Array.isArray(field) ? field.map((slot: { variable?: unknown }) => slot.variable) : [field],
  );
  const found = tensors.filter((value): value is tf.Tensor => value instanceof tf.Tensor);
  return {
    variables: found.filter((value): value is tf.Variable => value instanceof tf.Variable),
    resident: found.filter((value) => !(value instanceof tf.Variable)),
  };
}
