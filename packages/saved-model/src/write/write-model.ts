import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { placeWhole } from '@glyphlab/core/whole-file';
import * as tf from '@tensorflow/tfjs';
import type { ModelCard } from '../model-card.ts';
import { noteOf } from './export-notes.ts';
import { formats, type ModelFormat, writeDocuments } from './formats.ts';

export interface WriteModelOptions {
  /** Raw pixels of an image [h, w, c] as nested lists, as an example of what the model takes. */
  example?: unknown;
  onMessage: (text: string) => void;
}

/**
 * Writes a model for tfjs and as ONNX, with `MLmodel`, card and example. A network that ONNX cannot hold is written for tfjs alone,
 * and a message says why. The folder appears whole or not at all.
 *
 * @param model images [n, h, w, c] in [-1, 1] → logits [n, classes]
 */
export async function writeModel(
  directory: string,
  model: tf.LayersModel,
  card: ModelCard,
  { example, onMessage }: WriteModelOptions,
): Promise<void> {
  const toWrite = { model: withProbabilities(model, card), card, example };
  await mkdir(dirname(directory), { recursive: true });
  await placeWhole(directory, async (draft) => {
    await mkdir(draft);
    const written: ModelFormat[] = ['tfjs'];
    await formats.tfjs.write(draft, toWrite);
    try {
      await formats.onnx.write(draft, toWrite);
      written.unshift('onnx');
    } catch (error) {
      // A file that could not be written is no fault of the network.
      if (error instanceof Error && 'syscall' in error) throw error;
      onMessage(`The model is saved for tfjs only: ${noteOf(error)}`);
    }
    await writeDocuments(draft, toWrite, written);
    await rm(directory, { recursive: true, force: true });
  });
}

/** The network with probabilities as its output: images [n, h, w, c] in [-1, 1] → probabilities [n, classes]. */
function withProbabilities(logits: tf.LayersModel, { name }: ModelCard): tf.LayersModel {
  const probabilities = tf.layers.softmax({ name: 'probabilities' }).apply(logits.outputs[0]!) as tf.SymbolicTensor;
  return tf.model({ inputs: logits.inputs, outputs: probabilities, name: name.replace(/[^\w-]/g, '_') });
}
