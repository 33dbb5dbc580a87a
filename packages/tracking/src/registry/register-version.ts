import type { MlflowClient, ModelVersion } from '@glyphlab/mlflow-client';
import { ALIAS_TAG } from '../journal/entries.ts';
import { requireReady } from './locate-model.ts';

interface CallOptions {
  signal?: AbortSignal;
}

/** Marks a version that this program has made, by the logged model it was made of. */
const MODEL_TAG = 'glyphlab.model';

/** The logged model that a version is; undefined if it was made of something else. The server tells it only by the source. */
const modelIdOf = ({ modelId, source }: ModelVersion): string | undefined =>
  modelId ?? /^models:\/(m-[0-9a-f]{32})$/.exec(source)?.[1];

/**
 * The version of the registered model `name` that is this logged model; made, with the registered model, if there is none.
 * However often it is called, there is one: a second one, of a request whose answer was lost, is deleted.
 *
 * @throws InputError MODEL_NOT_READY if files of the model may be missing
 */
export async function registerVersion(
  client: MlflowClient,
  { name, modelId, runId }: { name: string; modelId: string; runId: string },
  options: CallOptions = {},
): Promise<{ version: ModelVersion; isNew: boolean }> {
  const { registeredModels, modelVersions, loggedModels } = client;
  requireReady(await loggedModels.get(modelId, options), client.url);
  const { aliases } = await registeredModels.ensure(name, options);
  const present: ModelVersion[] = [];
  const search = { filter: `name = '${name}' AND run_id = '${runId}'`, orderBy: ['version_number ASC'] };
  for await (const version of modelVersions.search(search, options))
    if (modelIdOf(version) === modelId) present.push(version);
  const [first, ...others] = present;
  if (!first) {
    const tags = { [MODEL_TAG]: modelId };
    const version = await modelVersions.create({ name, source: `models:/${modelId}`, runId, modelId, tags }, options);
    return { version, isNew: true };
  }
  for (const { version, tags } of others)
    if (tags[MODEL_TAG] === modelId && !Object.values(aliases).includes(version))
      await modelVersions.delete(name, version, options);
  return { version: first, isNew: false };
}

/**
 * Points an alias at a version, as of `atMs`: asked again, or late after an outage, it takes the alias from no version that got
 * it since.
 *
 * @returns the version that has the alias now
 */
export async function giveAlias(
  client: MlflowClient,
  { name, alias, version, atMs }: { name: string; alias: string; version: string; atMs: number },
  options: CallOptions = {},
): Promise<string> {
  const { registeredModels, modelVersions } = client;
  const key = ALIAS_TAG + alias;
  const holder = await registeredModels.getByAlias(name, alias, options);
  const own = await modelVersions.get(name, version, options);
  const isLater = (time: string | undefined): boolean => time !== undefined && Date.parse(time) >= atMs;
  if (holder && (isLater(holder.tags[key]) || isLater(own.tags[key]))) return holder.version;
  await moveAlias(client, { name, alias, version, atMs }, options);
  return version;
}

/** Points an alias at a version, wherever it pointed before, and notes when. */
export async function moveAlias(
  { registeredModels, modelVersions }: MlflowClient,
  { name, alias, version, atMs }: { name: string; alias: string; version: string; atMs: number },
  options: CallOptions = {},
): Promise<void> {
  await registeredModels.setAlias(name, alias, version, options);
  await modelVersions.setTag(name, version, ALIAS_TAG + alias, new Date(atMs).toISOString(), options);
}
