export { type InstallOptions, installTensorFlow } from './install.ts';
export { type Installation, locateTensorFlow } from './installation.ts';
export { kernelsIn, prepareKernels, usesKernels } from './kernels.ts';
export { linkBinding, loadTensorFlow, patchNodeUtil, type TfjsNode } from './load.ts';
export type { Variant } from './wheel.ts';
