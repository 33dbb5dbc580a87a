import type * as tf from '@tensorflow/tfjs';

/** A layer's entry in `model.json`, as tfjs saves it: in Python's names. */
interface SavedLayer {
  class_name?: unknown;
  config?: { name?: string; depth_multiplier?: number };
}

/**
 * Puts back into a topology, in place, what tfjs loses when it saves one: a separable convolution's `depthMultiplier`, without
 * which the layer loads with another shape than its weights have. Their shapes tell it, those of earlier releases' files too.
 */
export function repairTopology(topology: unknown, weights: readonly tf.io.WeightsManifestEntry[]): void {
  const shapes = new Map(weights.map(({ name, shape }) => [name, shape]));
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { class_name: className, config } = value as SavedLayer;
    const multiplier = shapes.get(`${config?.name}/depthwise_kernel`)?.[3];
    if (className === 'SeparableConv2D' && config && multiplier !== undefined) config.depth_multiplier ??= multiplier;
    Object.values(value).forEach(visit);
  };
  visit(topology);
}
