import type { Named } from '@glyphlab/graph';
import * as tf from '@tensorflow/tfjs';
import { type Network, variablesOf } from '../network.ts';

type Layer = tf.layers.Layer;

/** Where a training first met what is no number. */
export interface NotFinite {
  layer: string;
  what: 'output' | 'gradient' | 'update';
}

/** Norms of each learning layer: of its gradient, its weights, and what the step changed of them. */
const NORMS = 3;

/**
 * What goes on in the layers of a network in one step, as ops of the step itself. A layer's norm is the Euclidean one of all its
 * learning weights together; the gradient's is before clipping.
 *
 * With towers, a unit is dead only if it is in all of them.
 */
export class LayerWatch {
  /** In the order in which they are computed. */
  readonly #layers: readonly Layer[];
  readonly #learning: readonly { name: string; places: readonly number[] }[];
  readonly #relus: readonly Layer[];
  #seen = new Map<Layer, { mean: tf.Tensor; peak: tf.Tensor | undefined }>();

  /** @param network `trainable` are those that learn in this phase */
  constructor({ model, trainable }: Network) {
    const places = new Map(trainable.map((weight, k) => [weight, k]));
    this.#layers = layersOf(model).filter((layer) => layer.getClassName() !== 'InputLayer');
    this.#relus = this.#layers.filter(isRelu);
    this.#learning = this.#layers.flatMap((layer) => {
      const own = variablesOf(layer.trainableWeights).flatMap((weight) => places.get(weight) ?? []);
      return own.length === 0 ? [] : [{ name: layer.name, places: own }];
    });
  }

  /** Runs a forward pass in training, and keeps word of what each layer puts out until {@link outputs}. */
  observe<T>(forward: () => T): T {
    const calls = this.#layers.map((layer) => layer.call);
    this.#layers.forEach((layer, k) => {
      layer.call = (inputs, kwargs) => {
        const result = calls[k]!.call(layer, inputs, kwargs);
        this.#look(layer, Array.isArray(result) ? result[0]! : result);
        return result;
      };
    });
    try {
      return forward();
    } finally {
      this.#layers.forEach((layer, k) => (layer.call = calls[k]!));
    }
  }

  /** Of the forward pass just observed; means over towers tell the same. */
  outputs(): Named {
    const means = this.#layers.map((layer) => this.#seen.get(layer)?.mean ?? tf.scalar(0));
    const peaks = this.#relus.map((layer) => this.#seen.get(layer)?.peak ?? tf.ones([1]));
    const outputs = {
      outputMeans: tf.stack(means),
      ...Object.fromEntries(peaks.map((peak, k) => [`peak${k}`, tf.mul(peak, 1)])),
    };
    tf.dispose([means, peaks]);
    this.#seen.clear();
    return outputs;
  }

  /**
   * All figures as one tensor, for {@link metrics} and {@link notFinite} to read.
   *
   * @param outputs of the forward pass
   * @param before, after the weights around the update, in the order of `trainable`, like the gradients
   */
  figures(outputs: Named, gradients: tf.Tensor[], before: tf.Tensor[], after: tf.Tensor[]): tf.Tensor1D {
    const norm = (tensors: tf.Tensor[]): tf.Tensor => tf.sqrt(tf.addN(tensors.map((x) => tf.sum(tf.square(x)))));
    const norms = this.#learning.flatMap(({ places }) => [
      norm(places.map((k) => gradients[k]!)),
      norm(places.map((k) => before[k]!)),
      norm(places.map((k) => tf.sub(after[k]!, before[k]!))),
    ]);
    const dead = this.#relus.map((_, k) => tf.mean(tf.cast(tf.lessEqual(outputs[`peak${k}`]!, 0), 'float32')));
    return tf.concat([tf.stack([...norms, ...dead]), outputs['outputMeans']!]) as tf.Tensor1D;
  }

  /**
   * Metrics by kind and layer: `gradient_norm/`, `weight_norm/`, `update_ratio/` (‖Δw‖ / ‖w‖), and of layers that end in ReLU
   * `dead_units/`, the share (0–1) of units that are 0 for every image of the batch.
   */
  metrics(figures: Float32Array): Record<string, number> {
    const metrics: Record<string, number> = {};
    this.#learning.forEach(({ name }, k) => {
      const [gradient, weight, update] = figures.subarray(NORMS * k) as unknown as [number, number, number];
      metrics[`gradient_norm/${keyOf(name)}`] = gradient;
      metrics[`weight_norm/${keyOf(name)}`] = weight;
      metrics[`update_ratio/${keyOf(name)}`] = weight > 0 ? update / weight : 0;
    });
    const dead = figures.subarray(NORMS * this.#learning.length);
    this.#relus.forEach(({ name }, k) => (metrics[`dead_units/${keyOf(name)}`] = dead[k]!));
    return metrics;
  }

  /** The first that is not finite, in the order of the step: outputs from the first layer on, gradients from the last on back. */
  notFinite(figures: Float32Array): NotFinite | undefined {
    const means = figures.subarray(NORMS * this.#learning.length + this.#relus.length);
    const output = this.#layers.find((_, k) => !Number.isFinite(means[k]!));
    if (output) return { layer: output.name, what: 'output' };
    const isBad = (part: number) => (_: unknown, k: number) => !Number.isFinite(figures[NORMS * k + part]!);
    const gradient = this.#learning.findLast(isBad(0));
    if (gradient) return { layer: gradient.name, what: 'gradient' };
    const update = this.#learning.find(isBad(2));
    return update && { layer: update.name, what: 'update' };
  }

  #look(layer: Layer, y: tf.Tensor): void {
    // A mean of what is not finite is none; a maximum may pass over NaN.
    const mean = tf.keep(tf.mean(tf.cast(y, 'float32')));
    const axes = Array.from({ length: y.rank - 1 }, (_, k) => k);
    const peak = y.rank > 1 && this.#relus.includes(layer) ? tf.keep(tf.max(y, axes)) : undefined;
    tf.dispose(Object.values(this.#seen.get(layer) ?? {}).flatMap((x) => x ?? []));
    this.#seen.set(layer, { mean, peak });
  }
}

function layersOf(model: tf.LayersModel): Layer[] {
  return model.layers.flatMap((layer) => ('layers' in layer ? layersOf(layer as tf.LayersModel) : [layer]));
}

function isRelu(layer: Layer): boolean {
  const activation = layer.getConfig()['activation'];
  return layer.getClassName() === 'ReLU' || activation === 'relu' || activation === 'relu6';
}

/** MLflow takes these characters in the name of a metric. */
const keyOf = (name: string): string => name.replaceAll(/[^\w\-./ ]/g, '_');
