import type { ExperimentConfig } from '@glyphlab/config';
import { preloadTensorFlow } from '@glyphlab/tensorflow';

/** Has TensorFlow load while a command loads what else it needs, and reads its files. To be imported before those. */
export function preloadBackend(backend: ExperimentConfig['training']['backend'] = 'auto'): void {
  if (backend === 'auto' || backend === 'tensorflow') preloadTensorFlow();
}
