import { type CompiledStep, type Precision, Program, type Step } from '@glyphlab/graph';
import { isNative } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';

/** Runs steps that share state: as TensorFlow graphs, or op by op where there is no native TensorFlow. */
export interface Runner {
  compile(step: Step): CompiledStep;
  /** Makes the tf.Variables hold the current state. */
  pull(): void;
  /** Makes the steps go on from what the tf.Variables hold. */
  push(): void;
  dispose(): void;
}

const eager: Runner = {
  compile: (step) => (inputs) => tf.tidy(() => step(inputs)),
  pull: () => {},
  push: () => {},
  dispose: () => {},
};

export interface RunnerOptions {
  variables: tf.Variable[];
  resident: tf.Tensor[];
  precision: Precision;
}

/** @param options `precision` counts on the native backend only */
export const createRunner = (options: RunnerOptions): Runner => (isNative() ? new Program(options) : eager);
