import type { ImageShape } from '@glyphlab/core';
import * as tf from '@tensorflow/tfjs-core';
import type { io } from '@tensorflow/tfjs-core';
import { loadLayersModel, model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { FILES, featuresOf } from '../page-data.ts';
import { type BackendName, startBackend } from './backends.ts';

export interface Answer {
  /** One a class, 0–1. */
  probabilities: Float32Array;
  /** What the last layer decided on. */
  features: Float32Array;
}

export interface Classifier {
  backend: BackendName;
  /** @param pixels [height, width, channels], 0–255 */
  classify(pixels: Uint8Array): Promise<Answer>;
  dispose(): void;
}

/** @returns undefined if the backend does not work here */
export async function openClassifier(
  backend: BackendName,
  artifacts: tf.io.ModelArtifacts,
  imageShape: ImageShape,
): Promise<Classifier | undefined> {
  if (!(await startBackend(backend))) return undefined;
  const whole = await loadLayersModel(tf.io.fromMemory(artifacts));
  const logits = whole.layers.at(-1)!.input as SymbolicTensor;
  const model = layersModel({ inputs: whole.inputs, outputs: [whole.outputs[0]!, featuresOf(logits)] });
  return {
    backend,
    async classify(pixels) {
      // Another one may be on trial.
      if (tf.getBackend() !== backend) await tf.setBackend(backend);
      const outputs = tf.tidy(() => {
        const raw = tf.tensor4d(Float32Array.from(pixels), [1, ...imageShape]);
        return model.predictOnBatch(tf.sub(tf.div(raw, 127.5), 1)) as tf.Tensor[];
      });
      const [probabilities, features] = await Promise.all(outputs.map((output) => output.data<'float32'>()));
      tf.dispose(outputs);
      return { probabilities: probabilities!, features: features! };
    },
    dispose: () => model.dispose(),
  };
}

/**
 * The model's files, loaded once for all backends.
 *
 * @param folder of the network, as {@link folderOf} gives it
 */
export async function loadArtifacts(folder: string): Promise<io.ModelArtifacts> {
  const [json, weightData] = await Promise.all([
    fetch(folder + FILES.model).then((response) => response.json() as Promise<io.ModelJSON>),
    fetch(folder + FILES.weights).then((response) => response.arrayBuffer()),
  ]);
  return {
    modelTopology: json.modelTopology as object,
    weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
    weightData,
  };
}
