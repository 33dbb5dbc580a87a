import { join } from 'node:path';
import { fromMetricValue, type EntryOf } from '../journal/entries.ts';
import { MODELS_DIR } from '../run-directory.ts';
import { filesUnder } from '../run-files.ts';
import type { Attempt } from './run-drain.ts';
import { uploadFile } from './upload-file.ts';

/** Carries our id of a logged model, by which it is found before it is created a second time. */
const MODEL_TAG = 'glyphlab.model';

/** Makes the logged model if it is not there, uploads its files, calls it ready, and links it to the run. */
export async function sendModel(entry: EntryOf<'model'>, runId: string, attempt: Attempt): Promise<void> {
  const { server, directory, signal } = attempt;
  const { loggedModels, runs } = server.client;
  const options = { signal };
  const modelId = (await findModel(entry.id, attempt)) ?? (await createModel(entry, runId, attempt));
  const root = join(directory, MODELS_DIR, entry.id);
  const { artifactUri } = await loggedModels.get(modelId, options);
  for (const file of filesUnder(root)) await uploadFile(artifactUri, file, join(root, file), attempt);
  await loggedModels.finalize(modelId, 'READY', options);
  const { modelOutputs } = await runs.get(runId, options);
  if (!modelOutputs.some((output) => output.modelId === modelId))
    await runs.logOutputs(runId, [{ modelId, step: entry.step }], options);
  const metrics = Object.entries(entry.metrics).map(([key, value]) => ({
    key,
    value: fromMetricValue(value),
    step: entry.step,
    timestampMs: entry.time,
    modelId,
    ...(entry.dataset && { datasetName: entry.dataset.name, datasetDigest: entry.dataset.digest }),
  }));
  await runs.logBatch(runId, { metrics }, options);
}

/** MLflow's id of a logged model by ours; undefined if the server has none. */
export async function findModel(id: string, { server, cursor, signal }: Attempt): Promise<string | undefined> {
  const { loggedModels } = server.client;
  const experimentId = cursor.state.experimentId!;
  const options = { signal };
  let modelId: string | undefined;
  for await (const model of loggedModels.search(
    { experimentIds: [experimentId], filter: `tags.\`${MODEL_TAG}\` = '${id}'` },
    options,
  )) {
    modelId ??= model.modelId;
    // A second one came to be because an answer was lost; it is empty.
    if (model.modelId !== modelId) await loggedModels.delete(model.modelId, options);
  }
  return modelId;
}

async function createModel(
  { id, name, params, tags }: EntryOf<'model'>,
  runId: string,
  { server, cursor, signal }: Attempt,
): Promise<string> {
  const experimentId = cursor.state.experimentId!;
  const model = { experimentId, name, sourceRunId: runId, params, tags: { ...tags, [MODEL_TAG]: id } };
  return (await server.client.loggedModels.create(model, { signal })).modelId;
}
