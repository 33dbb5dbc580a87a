import { InputError } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import { readPlan } from '../plan/read-plan.ts';
import { isRegistered } from '../read/layer-classes.ts';

/**
 * What will not be possible with the model of a network once it is trained, as sentences for a person: empty if all will be.
 *
 * @param model built; images [n, h, w, c] in [-1, 1] → logits or probabilities [n, classes]
 */
export function exportNotes(model: tf.LayersModel): string[] {
  const strange = new Set(
    layersOf(model)
      .filter((layer) => !isRegistered(layer))
      .map((layer) => layer.getClassName()),
  );
  const notes = [...strange].map(
    (name) => `The saved model cannot be loaded again: ${name} is not registered by tf.serialization.registerClass.`,
  );
  const problem = exportProblem(model);
  return problem === undefined ? notes : [...notes, `The model is saved for tfjs only: ${problem}`];
}

/** Why a network cannot be written as ONNX and SavedModel; undefined if it can. */
function exportProblem(model: tf.LayersModel): string | undefined {
  try {
    readPlan(model);
    return undefined;
  } catch (error) {
    return noteOf(error);
  }
}

/**
 * Why a conversion failed, as a part of a sentence: where and what, without what to do about it. Also for what is a fault of ours:
 * training and what it has learnt are not to be lost for it.
 */
export function noteOf(error: unknown): string {
  if (!(error instanceof InputError)) return `It cannot be converted, because of a bug in the export: ${String(error)}`;
  const { where, message } = error;
  return where === undefined ? message : `${where}: ${message}`;
}

/** Those of models in the model, too. */
function layersOf({ layers }: tf.LayersModel): tf.layers.Layer[] {
  return layers.flatMap((layer) => ('layers' in layer ? [layer, ...layersOf(layer as tf.LayersModel)] : [layer]));
}
