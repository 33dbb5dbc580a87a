import { InputError, nearest } from '@glyphlab/core';
import { datasetSchemas, loadDataset } from '@glyphlab/data';
import type { Evaluation } from '@glyphlab/evaluation';
import { selectBackend } from '@glyphlab/nn';
import { evaluateNetwork } from './evaluate-on-test.ts';
import { readModel } from './model-files.ts';
import { terminal } from './terminal.ts';

/** Loads a model and measures it on the test part of a dataset, whose classes and image shape must be the model's. */
export async function evaluateModel(options: {
  model: string;
  dataset: string;
  batchSize: string;
}): Promise<Evaluation> {
  const batchSize = Number(options.batchSize);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new InputError('BAD_BATCH_SIZE', `Expected a whole number from 1. Received: ${options.batchSize}.`, {
      where: '--batch-size',
    });
  }
  const schema = Object.entries(datasetSchemas).find(([type]) => type === options.dataset)?.[1];
  if (!schema) {
    const names = Object.keys(datasetSchemas);
    const close = nearest(options.dataset, names);
    throw new InputError('UNKNOWN_DATASET', `There is no dataset "${options.dataset}". Known: ${names.join(', ')}.`, {
      where: '--dataset',
      ...(close !== undefined && { hint: `Did you mean "${close}"?` }),
    });
  }
  await selectBackend({ backend: 'auto', threads: 'auto', towers: 1, ...terminal });
  const { network, card } = await readModel(options.model);
  const dataset = await loadDataset(
    { type: options.dataset, ...schema.parse({}) },
    { seed: 1, onProgress: terminal.onProgress },
  );
  if (dataset.imageShape.join() !== card.imageShape.join() || dataset.classNames.length !== network.numClasses) {
    throw new InputError(
      'MODEL_DOES_NOT_FIT',
      `The model takes images [${card.imageShape}] and knows ${network.numClasses} classes; ${dataset.name} has images [${dataset.imageShape}] and ${dataset.classNames.length} classes.`,
      { where: '--dataset', hint: `It was trained on ${card.dataset}.` },
    );
  }
  return evaluateNetwork(network, dataset, { batchSize, seed: 1 });
}
