import type { PinnedEnvironment } from './pinned-environment.ts';

/** Python's TensorFlow with Keras, of the version that the trainer's own binding has (1.6 GB). */
export const pythonTensorFlow: PinnedEnvironment = {
  directory: 'bench/keras-2.21.0',
  packages: ['tensorflow-cpu==2.21.0'],
};
