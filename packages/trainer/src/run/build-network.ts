import type { ExperimentConfig } from '@glyphlab/config';
import { buildModel, resolveTowers, selectBackend } from '@glyphlab/nn';
import type { Dataset } from '@glyphlab/data';
import type { TrackedRun } from '@glyphlab/tracking';
import { exportNotes } from '@glyphlab/saved-model';
import { createNetwork, type Network } from '@glyphlab/training';
import { models } from '../project/registry.ts';
import { terminal } from '../project/terminal.ts';

/** Loads TensorFlow, installing it if need be, and builds the network of the experiment with its first weights. */
export async function buildNetwork(
  config: ExperimentConfig,
  dataset: Dataset,
  run: TrackedRun,
  signal: AbortSignal,
): Promise<Network> {
  const { backend, threads, towers } = config.training;
  const chosen = await selectBackend({ backend, threads, towers: resolveTowers(towers, threads), ...terminal, signal });
  const { type, ...options } = config.model;
  const definition = await models.find((model) => model.type === type)!.load();
  const model = buildModel(
    () => definition.build(options, { imageShape: dataset.imageShape, numClasses: dataset.classNames.length }),
    config.seed,
  );
  const parameters = model.countParams();
  run.setTags({ 'glyphlab.backend': `${chosen.name} ${chosen.version}`, 'glyphlab.threads': String(chosen.threads) });
  run.logParams({ parameters });
  terminal.onMessage(
    `${type}: ${parameters.toLocaleString('en')} parameters, on ${chosen.name} ${chosen.version} with ${chosen.threads} thread(s)`,
  );
  for (const note of exportNotes(model)) terminal.onMessage(`Note: ${note}`);
  return createNetwork(model);
}
