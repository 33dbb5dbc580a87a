import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, type OnProgress, userCacheDir } from '@glyphlab/core';
import { findRunDirectory } from '@glyphlab/tracking';
import {
  connectServer,
  type LocatedModel,
  locateModel,
  type ModelUri,
  parseModelUri,
} from '@glyphlab/tracking/registry';
import { downloadModel, lackOf } from './download-model.ts';

/** Where models may be beside the server, and whom to tell. */
export interface FindModelOptions {
  /** Whose MLflow server is asked; as `connectServer` of the tracking takes it. */
  workspaceDir: string;
  /** Holds one folder a run. */
  runsDir: string;
  onMessage: (text: string) => void;
  /** Of a download, in bytes. */
  onProgress: OnProgress;
}

/** See `findModel`. */
export async function findOnMlflow(
  model: string,
  { workspaceDir, runsDir, onMessage, onProgress }: FindModelOptions,
): Promise<string> {
  const uri = parseModelUri(model)!;
  const here =
    (uri.kind === 'run' && inThisWorkspace(runsDir, uri)) || (uri.kind === 'logged' && (await inCache(uri.modelId)));
  if (here) return here;
  const server = await connectServer(workspaceDir, onMessage);
  try {
    const located = await locateModel(server, uri);
    const present = located.modelId !== undefined && (await inCache(located.modelId));
    if (present) return present;
    const directory = cachePlace(located);
    await downloadModel(server.client.artifacts(located.artifactUri), directory, {
      model,
      mayChange: located.modelId === undefined,
      onProgress,
    });
    return directory;
  } finally {
    await server.stop();
  }
}

/** The model that a run of this workspace left; undefined if it is none of them, or left none. */
function inThisWorkspace(runsDir: string, { runId, path }: Extract<ModelUri, { kind: 'run' }>): string | undefined {
  // Not the beginning of an id, as commands take it for a run: MLflow's names are exact.
  if (path !== 'model' || !/^[0-9a-f]{32}$|^[0-9a-f-]{36}$/.test(runId)) return undefined;
  try {
    const directory = join(findRunDirectory(runsDir, runId), path);
    return existsSync(join(directory, 'MLmodel')) ? directory : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const cacheDir = (): string => join(userCacheDir(), 'models');

/** Earlier releases kept also what the server had only in part. */
async function inCache(modelId: string): Promise<string | undefined> {
  const directory = join(cacheDir(), modelId);
  return (await lackOf(directory)) === undefined ? directory : undefined;
}

const cachePlace = ({ modelId, artifactUri }: LocatedModel): string =>
  resolve(cacheDir(), modelId ?? artifactUri.replace(/[^\w-]+/g, '_'));
