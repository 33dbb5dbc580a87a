import { collect, InputError, nearest } from '@glyphlab/core';
import { isMlflowError, type LoggedModel, type ModelVersion } from '@glyphlab/mlflow-client';
import { OPEN_UI } from '@glyphlab/mlflow-server';
import { Cursor } from '../drain/cursor.ts';
import { readBeginning } from '../journal/logged-before.ts';
import { UUID_TAG } from '../run/tags.ts';
import type { TrackingServer } from '../server/tracking-server.ts';

/** A model as MLflow names it. */
export type ModelUri =
  | { kind: 'run'; runId: string; path: string }
  | { kind: 'logged'; modelId: string }
  | { kind: 'alias'; name: string; alias: string }
  /** Of a registered model; a number, or `latest`. */
  | { kind: 'version'; name: string; version: string };

/**
 * Reads `runs:/<run id>/<path>`, `models:/m-<id>`, `models:/<name>@<alias>`, `models:/<name>/<version>`, as MLflow does.
 *
 * @returns undefined for another text, as a directory's
 * @throws InputError MODEL_BAD_URI if it begins like one of them and is none
 */
export function parseModelUri(text: string): ModelUri | undefined {
  const [, scheme, rest = ''] = /^(runs|models):(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  const parts = rest.replace(/^\//, '').replace(/\/$/, '').split('/');
  const uri =
    rest.startsWith('/') && !parts.includes('') ? (scheme === 'runs' ? ofRun(parts) : ofModel(parts)) : undefined;
  if (uri) return uri;
  throw new InputError('MODEL_BAD_URI', `This does not name a model: "${text}".`, {
    hint: 'A model is runs:/<run id>/model, models:/<name>@<alias>, models:/<name>/<version>, models:/m-<id>, or a folder.',
  });
}

const ofRun = ([runId, ...path]: string[]): ModelUri | undefined =>
  path.length > 0 ? { kind: 'run', runId: runId!, path: path.join('/') } : undefined;

function ofModel([first = '', version, ...more]: string[]): ModelUri | undefined {
  if (more.length > 0) return undefined;
  if (version !== undefined)
    return /^(\d+|latest)$/i.test(version) ? { kind: 'version', name: first, version } : undefined;
  const [, name, alias] = /^(.+)@([^@]+)$/.exec(first) ?? [];
  if (name !== undefined && alias !== undefined) return { kind: 'alias', name, alias };
  return /^m-[0-9a-f]{32}$/.test(first) ? { kind: 'logged', modelId: first } : undefined;
}

export interface LocatedModel {
  /** Where its files are, for `client.artifacts`. */
  artifactUri: string;
  /** Of the logged model that it is, whose files never change; undefined if it is none. */
  modelId: string | undefined;
}

type Server = Pick<TrackingServer, 'client' | 'identity'>;

/**
 * Asks the server where a model's files are.
 *
 * @throws InputError MODEL_NOT_FOUND if there is no such run, model, version or alias; it says which there are. MODEL_NOT_READY if
 *   files of it may be missing
 */
export async function locateModel(server: Server, uri: ModelUri): Promise<LocatedModel> {
  if (uri.kind === 'run') return locateInRun(server, uri);
  if (uri.kind === 'logged') {
    const model = await unlessMissing(server.client.loggedModels.get(uri.modelId));
    if (!model) throw notFound(server, `There is no model ${uri.modelId}.`);
    requireReady(model, server.identity);
    return { artifactUri: model.artifactUri, modelId: uri.modelId };
  }
  const version = uri.kind === 'alias' ? await byAlias(server, uri) : await byNumber(server, uri);
  const artifactUri = await server.client.modelVersions.artifactUri(version.name, version.version);
  const modelId = /\/(m-[0-9a-f]{32})\/artifacts$/.exec(artifactUri)?.[1];
  const model = modelId === undefined ? undefined : await unlessMissing(server.client.loggedModels.get(modelId));
  if (model) requireReady(model, server.identity);
  return { artifactUri, modelId };
}

/** A logged model of that name, the one of the last step; else a folder among the run's own artifacts, as MLflow 2 kept models. */
async function locateInRun(server: Server, { runId, path }: Extract<ModelUri, { kind: 'run' }>): Promise<LocatedModel> {
  const run = await unlessMissing(server.client.runs.get(runId));
  if (!run) throw notFound(server, `There is no run ${runId}.`, `${OPEN_UI} shows the runs of this workspace.`);
  const outputs = [...run.modelOutputs].sort((a, b) => b.step - a.step);
  const models: LoggedModel[] = [];
  for (const { modelId } of outputs) models.push(await server.client.loggedModels.get(modelId));
  const model = models.find(({ name }) => name === path);
  if (model) {
    requireReady(model, server.identity);
    return { artifactUri: model.artifactUri, modelId: model.modelId };
  }
  const artifactUri = `${run.artifactUri}/${path}`;
  if ((await server.client.artifacts(artifactUri).list()).length > 0) return { artifactUri, modelId: undefined };
  const names = [...new Set(models.map(({ name }) => name))];
  const has = names.length > 0 ? `It has: ${names.join(', ')}.` : `It has none. Its status is ${run.status}.`;
  throw notFound(server, `The run ${runId} has no model "${path}".`, has);
}

async function byAlias(server: Server, { name, alias }: Extract<ModelUri, { kind: 'alias' }>): Promise<ModelVersion> {
  const { aliases } = await registeredModel(server, name);
  const version =
    aliases[alias] === undefined ? undefined : await server.client.registeredModels.getByAlias(name, alias);
  if (version) return version;
  const known = Object.entries(aliases).map(([other, of]) => `${other} (version ${of})`);
  const has = known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none.';
  throw notFound(
    server,
    `The registered model ${name} has no alias "${alias}".`,
    has,
    nearest(alias, Object.keys(aliases)),
  );
}

async function byNumber(
  server: Server,
  { name, version }: Extract<ModelUri, { kind: 'version' }>,
): Promise<ModelVersion> {
  await registeredModel(server, name);
  const search = { filter: `name = '${name}'`, orderBy: ['version_number DESC'], pageSize: 20 };
  const numbers: string[] = [];
  for await (const found of server.client.modelVersions.search(search)) {
    if (found.version === version || version.toLowerCase() === 'latest') return found;
    numbers.push(found.version);
  }
  throw notFound(
    server,
    `The registered model ${name} has no version ${version}.`,
    `It has: ${numbers.slice(0, 20).join(', ') || 'none'}.`,
  );
}

async function registeredModel(server: Server, name: string): Promise<{ aliases: Record<string, string> }> {
  const model = await server.client.registeredModels.get(name);
  if (model) return model;
  const names = (await collect(server.client.registeredModels.search())).map((other) => other.name);
  const has = names.length > 0 ? `There are: ${names.slice(0, 20).join(', ')}.` : 'There are none yet.';
  throw notFound(server, `There is no registered model "${name}".`, has, nearest(name, names));
}

function notFound(server: Server, message: string, there?: string, close?: string): InputError {
  const hint = [there, close !== undefined && `Did you mean "${close}"?`].filter(Boolean).join('\n');
  return new InputError('MODEL_NOT_FOUND', message, { where: server.identity, ...(hint && { hint }) });
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    // An id that is none is answered as a bad parameter.
    if (isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST') || isMlflowError(error, 'INVALID_PARAMETER_VALUE'))
      return undefined;
    throw error;
  }
}

/** What a server calls the run of a directory; undefined if it was not sent there. */
export async function mlflowRunId(
  directory: string,
  { client, identity }: TrackingServer,
): Promise<string | undefined> {
  const noted = Cursor.peek(directory, identity)?.runId;
  if (noted !== undefined) return noted;
  const { uuid, experiment } = await readBeginning(directory);
  const found = await client.experiments.getByName(experiment);
  return found && (await client.runs.findByTag(found.experimentId, UUID_TAG, uuid))?.runId;
}

/**
 * A logged model is ready when all of its files are there: it stays pending if the server refused one, or whoever sent them ended.
 *
 * @param where the server
 * @throws InputError MODEL_NOT_READY
 */
export function requireReady({ modelId, status }: LoggedModel, where: string): void {
  if (status === 'READY') return;
  throw new InputError(
    'MODEL_NOT_READY',
    `The model ${modelId} is incomplete on the server: its status is ${status}.`,
    {
      where,
      hint: 'Wait until its run has ended and is sent. If the server has refused a file, send it again once the server takes it.',
    },
  );
}
