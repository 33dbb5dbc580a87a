export { type InstallOptions, installPinned, locatePinned, type PinnedEnvironment } from './pinned-environment.ts';
export { pythonRay } from './python-ray.ts';
export { pythonTensorFlow } from './python-tensorflow.ts';
