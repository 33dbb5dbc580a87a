import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeMlModel } from '@glyphlab/tracking';
import * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';
import { repairTopology } from '../read/repair-topology.ts';
import { describeModel } from './describe-model.ts';

/** What a model is written from. */
export interface ModelToWrite {
  /** Images [n, h, w, c] in [-1, 1] → probabilities [n, classes]. */
  model: tf.LayersModel;
  card: ModelCard;
  /** Raw pixels of an image [h, w, c] as nested lists, as an example of what the model takes. */
  example?: unknown;
}

async function put(directory: string, name: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), bytes);
}

/** `model.json` and `weights.bin`, which plain `tf.loadLayersModel` reads. */
async function writeTfjs(directory: string, { model, card }: ModelToWrite): Promise<void> {
  model.setUserDefinedMetadata({ ...card });
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const { weightSpecs, weightData, ...rest } = artifacts;
      repairTopology(artifacts.modelTopology, weightSpecs ?? []);
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      const weights = Buffer.from(tf.io.concatenateArrayBuffers([weightData as ArrayBuffer].flat()));
      await put(directory, 'weights.bin', weights);
      await put(directory, 'model.json', JSON.stringify({ ...rest, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
}

async function writeOnnx(directory: string, { model, card }: ModelToWrite): Promise<void> {
  const { encodeOnnx } = await import('../onnx/encode-onnx.ts');
  await put(directory, 'model.onnx', encodeOnnx(model, card));
}

async function writeSavedModel(directory: string, { model }: ModelToWrite): Promise<void> {
  const { encodeServingModel } = await import('../saved-model/encode-serving-model.ts');
  await put(directory, 'saved_model.pb', encodeServingModel(model));
}

/** The formats by the name on the command line, each with the file that others ask for. */
export const formats = {
  onnx: { file: 'model.onnx', write: writeOnnx },
  tfjs: { file: 'model.json', write: writeTfjs },
  savedmodel: { file: 'saved_model.pb', write: writeSavedModel },
} as const;
export type ModelFormat = keyof typeof formats;

/** How MLflow loads the formats that it knows: served is ONNX, which takes raw pixels. */
const flavors: Partial<Record<ModelFormat, Record<string, Record<string, unknown>>>> = {
  onnx: {
    onnx: { data: 'model.onnx', providers: ['CPUExecutionProvider'] },
    python_function: { data: 'model.onnx', loader_module: 'mlflow.onnx' },
  },
  tfjs: { tfjs_layers: { data: 'model.json', tfjs_version: tf.version['tfjs-layers'] } },
};

/** Writes what goes with a model in these formats: the card, and `MLmodel` if MLflow can load one of them. */
export async function writeDocuments(
  directory: string,
  { card, example }: ModelToWrite,
  written: readonly ModelFormat[],
): Promise<void> {
  const { classNames, imageShape, preprocessing, dataset } = card;
  const known = Object.assign({}, ...written.map((format) => flavors[format])) as Record<
    string,
    Record<string, unknown>
  >;
  const files = written.map((format) => formats[format].file as string);
  if (Object.keys(known).length > 0) {
    writeMlModel(directory, {
      flavors: known,
      signature: {
        inputs: [{ name: 'image', dtype: 'float32', shape: [-1, ...imageShape] }],
        outputs: [{ name: 'probabilities', dtype: 'float32', shape: [-1, classNames.length] }],
      },
      metadata: { class_names: classNames, image_shape: [...imageShape], dataset, tfjs_preprocessing: preprocessing },
      ...(example !== undefined && { inputExample: { image: [example] } }),
    });
    if (written.includes('onnx')) files.push('MLmodel');
  }
  await put(directory, 'README.md', describeModel(card, files));
}
