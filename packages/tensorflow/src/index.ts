export { DOCTOR } from './doctor-command.ts';
export { type InstallOptions, installTensorFlow } from './install.ts';
export { type Installation, locateTensorFlow } from './installation.ts';
export { kernelsIn, prepareKernels, usesKernels } from './kernels.ts';
export { linkBinding, loadTensorFlow, patchNodeUtil } from './load.ts';
export { prepareSessionTrace, type SessionTrace } from './session-trace.ts';
export type { TfjsNode } from './tfjs-node.ts';
export { loaderIn, preloaded, preloadTensorFlow, prepareLoader } from './preload.ts';
export type { Variant } from './wheel.ts';
