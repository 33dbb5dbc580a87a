import * as tf from '@tensorflow/tfjs';
import { GraphError } from './graph-error.ts';

/** Ops of tfjs that draw their numbers in JavaScript: recorded, they would give the same "random" numbers at every step. */
const DRAWS_IN_JAVASCRIPT = new Set([
  'dropout', 'multinomial', 'rand', 'randomGamma', 'randomNormal', 'randomStandardNormal', 'randomUniform', 'randomUniformInt',
  'truncatedNormal',
]); // prettier-ignore

const scopes: string[] = [];

/** ` (inside tf.gather)` while a tfjs op runs, else nothing: for error messages. */
export const opInProgress = (): string => (scopes.length > 0 ? ` (inside tf.${scopes.join(' › tf.')})` : '');

/** tfjs-node's kernel of tf.gather reads the indices, only to check their range; TensorFlow's op checks it again at every step. */
export const readsOnlyToCheck = (): boolean => scopes.at(-1) === 'gather';

/**
 * Follows which tfjs op is running: each opens a scope of its name, `gather__op`, on the engine.
 * @returns ends it
 */
export function watchScopes(): () => void {
  const engine = tf.engine();
  const { startScope, endScope } = engine;
  const names: (string | undefined)[] = [];
  engine.startScope = (name) => {
    const op = name?.endsWith('__op') ? name.slice(0, -'__op'.length) : undefined;
    if (op && DRAWS_IN_JAVASCRIPT.has(op)) {
      throw new GraphError(
        'GRAPH_RANDOM',
        `tf.${op} draws its numbers in JavaScript, so a graph would repeat the same ones at every step. Use a stateless random op fed with seed and step.`,
        op,
      );
    }
    names.push(op);
    if (op) scopes.push(op);
    startScope.call(engine, name);
  };
  engine.endScope = (result) => {
    if (names.pop()) scopes.pop();
    endScope.call(engine, result);
  };
  return () => {
    scopes.length = 0;
    engine.startScope = startScope;
    engine.endScope = endScope;
  };
}
