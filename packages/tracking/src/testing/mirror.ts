import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MlflowClient, Run } from '@glyphlab/mlflow-client';
import { UUID_TAG } from '../run/tags.ts';
import { fromMetricValue, type JournalEntry } from '../journal/entries.ts';
import { readLines } from '../journal/line-reader.ts';
import { ARTIFACTS_DIR, JOURNAL_FILE, SYSTEM_FILE } from '../run/run-directory.ts';

/** A run as both sides can tell it: as its journal does, and as the server does. */
export interface RunPicture {
  status: string;
  startTimeMs: number;
  endTimeMs: number | undefined;
  /** `key step time value`, sorted; one that is there twice is here twice. */
  points: string[];
  params: Record<string, string>;
  tags: Record<string, string>;
  datasets: string[];
  artifacts: Record<string, string>;
  models: string[];
  /** `name@alias`, for every version of a registered model. */
  registered: string[];
}

/** MLflow stores the infinities as the largest double. */
const point = (key: string, step: number, timeMs: number, value: number): string =>
  `${key} ${step} ${timeMs} ${Math.abs(value) === Infinity ? Math.sign(value) * Number.MAX_VALUE : value}`;

/** What the journal says. */
export async function pictureOfJournal(directory: string): Promise<RunPicture> {
  const picture: RunPicture = {
    status: 'RUNNING',
    startTimeMs: 0,
    endTimeMs: undefined,
    points: [],
    params: {},
    tags: {},
    datasets: [],
    artifacts: {},
    models: [],
    registered: [],
  };
  const points = new Set<string>();
  for (const file of [JOURNAL_FILE, SYSTEM_FILE]) {
    for await (const { text } of readLines(join(directory, file))) {
      const entry = JSON.parse(text) as JournalEntry;
      addEntry(picture, points, entry, directory);
    }
  }
  picture.points = [...points].sort();
  picture.datasets.sort();
  return picture;
}

function addEntry(picture: RunPicture, points: Set<string>, entry: JournalEntry, directory: string): void {
  const { time } = entry;
  if (entry.type === 'run') picture.startTimeMs = time;
  else if (entry.type === 'params') Object.assign(picture.params, entry.values);
  else if (entry.type === 'tags') Object.assign(picture.tags, entry.values);
  else if (entry.type === 'dataset') picture.datasets.push(`${entry.name} ${entry.digest}`);
  else if (entry.type === 'resumed') picture.status = 'RUNNING';
  else if (entry.type === 'artifact')
    picture.artifacts[entry.path] = readFileSync(join(directory, ARTIFACTS_DIR, entry.path), 'base64');
  else if (entry.type === 'register') picture.registered.push(`${entry.name}@${entry.alias}`);
  else if (entry.type === 'ended') [picture.status, picture.endTimeMs] = [entry.status, time];
  else {
    if (entry.type === 'model') picture.models.push(entry.name);
    const values = entry.type === 'model' ? entry.metrics : entry.values;
    for (const [key, value] of Object.entries(values)) points.add(point(key, entry.step, time, fromMetricValue(value)));
  }
}

/** The one run of this UUID that is not deleted, as the server has it. */
export async function pictureOfServer(client: MlflowClient, experiment: string, uuid: string): Promise<RunPicture> {
  const found = await runsOf(client, experiment, uuid);
  if (found.length !== 1) throw new Error(`There are ${found.length} runs with the UUID ${uuid}.`);
  const { runId, artifactUri, status, startTimeMs, endTimeMs, metrics, params, tags, datasets, modelOutputs } =
    found[0]!;
  const points: string[] = [];
  for (const key of Object.keys(metrics)) {
    for await (const { step, timestampMs, value } of client.runs.metricHistory(runId, key))
      points.push(point(key, step, timestampMs, value));
  }
  const files = client.artifacts(artifactUri);
  const artifacts: Record<string, string> = {};
  for await (const { path } of files.walk()) artifacts[path] = (await files.download(path)).toString('base64');
  const models = await Promise.all(
    modelOutputs.map(async ({ modelId }) => (await client.loggedModels.get(modelId)).name),
  );
  const registered: string[] = [];
  for await (const { name, version } of client.modelVersions.search({ filter: `run_id = '${runId}'` }))
    registered.push(`${name}@${await aliasesOf(client, name, version)}`);
  return {
    ...{ status, startTimeMs, endTimeMs, params, artifacts, models, registered },
    points: points.sort(),
    tags: Object.fromEntries(Object.entries(tags).filter(([key]) => key !== UUID_TAG && key !== 'mlflow.runName')),
    datasets: datasets.map(({ name, digest }) => `${name} ${digest}`).sort(),
  };
}

/** A search does not tell them. */
async function aliasesOf(client: MlflowClient, name: string, version: string): Promise<string> {
  const { aliases = {} } = (await client.registeredModels.get(name)) ?? {};
  const own = Object.keys(aliases).filter((alias) => aliases[alias] === version);
  return own.length > 0 ? own.join() : 'undefined';
}

export async function runsOf(client: MlflowClient, experiment: string, uuid: string): Promise<Run[]> {
  const { experimentId } = (await client.experiments.getByName(experiment))!;
  const runs: Run[] = [];
  const search = { experimentIds: [experimentId], filter: `tags.\`${UUID_TAG}\` = '${uuid}'` };
  for await (const { runId } of client.runs.search(search)) runs.push(await client.runs.get(runId));
  return runs;
}
