import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GlyphlabError, InputError } from '@glyphlab/core';
import { fromMetricValue, type EntryOf } from '../journal/entries.ts';
import { giveAlias, registerVersion } from '../registry/register-version.ts';
import { MODELS_DIR } from '../run/run-directory.ts';
import { filesUnder } from '../run/run-files.ts';
import { type Attempt, FileGoneError, uploadFile } from './attempt.ts';
import { mustBeRefusal } from './failure.ts';

/** Carries our id of a logged model, by which it is found before it is created a second time. */
const MODEL_TAG = 'glyphlab.model';

/** Makes the logged model if it is not there, uploads its files, calls it ready, and links it to the run. */
export async function sendModel(entry: EntryOf<'model'>, runId: string, attempt: Attempt): Promise<void> {
  const { server, directory, signal } = attempt;
  const { loggedModels, runs } = server.client;
  const options = { signal };
  const modelId = (await findModel(entry.id, attempt)) ?? (await createModel(entry, runId, attempt));
  const root = join(directory, MODELS_DIR, entry.id);
  if (!existsSync(root))
    throw new FileGoneError('TRACKING_FILE_GONE', 'A model that was to be sent is gone.', { where: root });
  const { artifactUri } = await loggedModels.get(modelId, options);
  const refusal = await uploadFiles(artifactUri, root, runId, attempt);
  await loggedModels.finalize(modelId, refusal === undefined ? 'READY' : 'UPLOAD_FAILED', options);
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
  if (refusal !== undefined) throw refusal;
}

/**
 * Uploads what the server takes of a model's files: one that is too large for it keeps back neither the others nor the metrics.
 *
 * @returns why it is not whole
 */
async function uploadFiles(artifactUri: string, root: string, runId: string, attempt: Attempt): Promise<unknown> {
  const files = filesUnder(root);
  let refusal: unknown;
  for (const file of files) {
    try {
      await uploadFile(artifactUri, file, join(root, file), attempt);
    } catch (error) {
      await mustBeRefusal(error, runId, attempt);
      refusal ??= error;
    }
  }
  if (refusal === undefined) await mustHaveArrived(artifactUri, root, files, attempt);
  return refusal;
}

/** An empty answer to an upload is MLflow's, and that of much else: a model is called ready only if its files are there. */
async function mustHaveArrived(
  artifactUri: string,
  root: string,
  files: readonly string[],
  { server, signal }: Attempt,
): Promise<void> {
  const sizes = new Map<string, number>();
  for await (const { path, size } of server.client.artifacts(artifactUri).walk('', { signal })) sizes.set(path, size);
  const missing = files.filter((file) => sizes.get(file) !== statSync(join(root, file)).size);
  if (missing.length > 0)
    throw new GlyphlabError('TRACKING_UPLOAD_LOST', 'The server accepted files of a model, but does not have them.', {
      where: `${artifactUri}: ${missing.join(', ')}`,
    });
}

/** MLflow's id of a logged model by ours; undefined if the server has none. */
async function findModel(id: string, { server, cursor, signal }: Attempt): Promise<string | undefined> {
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

/** Makes a version of a registered model of a logged model that was sent before, and gives it its alias. */
export async function sendRegistration(
  { model, name, alias, time }: EntryOf<'register'>,
  runId: string,
  attempt: Attempt,
): Promise<void> {
  const { server, signal, onMessage } = attempt;
  const modelId = await findModel(model, attempt);
  if (modelId === undefined)
    throw new InputError(
      'TRACKING_NO_MODEL',
      `The server does not have the model that is to be registered as ${name}.`,
    );
  const { version } = await registerVersion(server.client, { name, modelId, runId }, { signal });
  if (alias === undefined) return;
  const own = version.version;
  const holder = await giveAlias(server.client, { name, alias, version: own, atMs: time }, { signal });
  if (holder !== own) onMessage(`${name}@${alias} stays at version ${holder}, which got it later than this run.`);
}
