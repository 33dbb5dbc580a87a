export { type InstallOptions, installPinned, locatePinned, type PinnedEnvironment } from './pinned-environment.ts';
export { pythonTensorFlow } from './python-tensorflow.ts';
