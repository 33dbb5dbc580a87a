import type { ModelInput } from '@glyphlab/trainer';
import * as tf from '@tensorflow/tfjs';

/** Multiplies each channel by a weight that is learnt. */
class ChannelScale extends tf.layers.Layer {
  static className = 'ChannelScale';
  #scale!: tf.LayerVariable;

  override build(shape: tf.Shape): void {
    this.#scale = this.addWeight('scale', [shape.at(-1)!], 'float32', tf.initializers.ones());
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.mul(Array.isArray(inputs) ? inputs[0]! : inputs, this.#scale.read()));
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}
tf.serialization.registerClass(ChannelScale);

export function buildScaled({ filters }: { filters: number }, { imageShape, numClasses }: ModelInput): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [...imageShape], filters, kernelSize: 3, activation: 'relu' }),
      new ChannelScale(),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.1 }),
      tf.layers.dense({ units: numClasses }),
    ],
  });
}
