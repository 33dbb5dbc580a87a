import * as tf from '@tensorflow/tfjs';
import { FLOAT, INT32, isNative, nativeOp } from '../native-op.ts';

/** Random numbers of one training step: the same key gives the same numbers in the same order of calls. */
export interface StepRandom {
  /** Evenly drawn from [0, 1). */
  uniform(shape: readonly number[]): tf.Tensor;
  /** Normal, of mean 0 and standard deviation 1. */
  normal(shape: readonly number[]): tf.Tensor;
}

/** Odd, with well mixed bits (2³² / golden ratio): keeps the streams of one step and of near seeds apart. */
const STRIDE = 0x9e3779b9;

/**
 * Random numbers from a key, drawn inside TensorFlow, so that a graph draws anew at each step and a resumed run repeats them.
 * @param key int32 [2]: seed and step
 */
export function stepRandom(key: tf.Tensor): StepRandom {
  let draws = 0;
  const salt = (): number => Math.imul(++draws, STRIDE);
  if (!isNative()) {
    const [seed = 0, step = 0] = key.dataSync();
    const next = (): string => `${seed + salt()}/${step}`;
    return {
      uniform: (shape) => tf.randomUniform([...shape], 0, 1, 'float32', next()),
      // Of this one the type says number; what it seeds takes either.
      normal: (shape) => tf.randomNormal([...shape], 0, 1, 'float32', next() as unknown as number),
    };
  }
  const draw = (op: string, shape: readonly number[]): tf.Tensor => {
    const seeds = tf.add(key, tf.tensor1d([salt(), 0], 'int32'));
    const types = { type: { dtype: FLOAT, T: INT32, Tseed: INT32 } };
    return nativeOp(op, types, tf.tensor1d([...shape], 'int32'), seeds);
  };
  return {
    uniform: (shape) => draw('StatelessRandomUniform', shape),
    normal: (shape) => draw('StatelessRandomNormal', shape),
  };
}

let current: StepRandom | undefined;

/** Runs `body` with `random` as the source that layers draw from. */
export function withStepRandom<T>(random: StepRandom, body: () => T): T {
  const outer = current;
  current = random;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** The source that layers draw from; outside a training step there is none. */
export const currentStepRandom = (): StepRandom | undefined => current;
