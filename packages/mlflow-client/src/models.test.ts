import { randomUUID } from 'node:crypto';
import { collect } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { freshRun, realClient } from './testing/fresh.ts';

test('a logged model gets its files, its metrics and its place in the run, and is then a version of a registered one', async () => {
  const client = realClient();
  const { runId, experimentId } = await freshRun(client);
  const created = await client.loggedModels.create({
    experimentId,
    name: 'cnn',
    modelType: 'classifier',
    sourceRunId: runId,
    params: { layers: '3' },
    tags: { kind: 'a' },
  });
  expect(created).toMatchObject({ status: 'PENDING', sourceRunId: runId, params: { layers: '3' } });

  const { modelId } = created;
  await client.artifacts(created.artifactUri).upload('MLmodel', 'flavors: {}\n');
  const ready = await client.loggedModels.finalize(modelId, 'READY');
  expect(ready.status).toBe('READY');
  await client.runs.logOutputs(runId, [{ modelId, step: 7 }]);
  await client.loggedModels.setTags(modelId, { kind: 'b', other: 'c' });
  await client.loggedModels.deleteTag(modelId, 'other');
  const dataset = { name: 'mnist', digest: 'd1', context: 'test', sourceType: 'local', source: '{}' };
  await client.runs.logInputs(runId, { datasets: [dataset] });
  const metric = {
    key: 'test/accuracy',
    value: 0.99,
    step: 7,
    timestampMs: 1,
    modelId,
    datasetName: 'mnist',
    datasetDigest: 'd1',
  };
  await client.runs.logBatch(runId, { metrics: [metric] });

  const model = await client.loggedModels.get(modelId);
  expect(model).toMatchObject({ name: 'cnn', modelType: 'classifier', tags: { kind: 'b' } });
  expect(model.tags).not.toHaveProperty('other');
  expect(model.metrics).toEqual([metric]);
  expect((await client.runs.get(runId)).modelOutputs).toEqual([{ modelId, step: 7 }]);

  const name = `digits ${randomUUID()}`;
  await client.registeredModels.ensure(name);
  const version = await client.modelVersions.create({ name, source: `models:/${modelId}`, runId, modelId });
  expect(version).toMatchObject({ name, version: '1', runId, status: 'READY' });
  const uri = await client.modelVersions.artifactUri(name, '1');
  expect((await client.artifacts(uri).download('MLmodel')).toString()).toBe('flavors: {}\n');
  const { tags } = await client.loggedModels.get(modelId);
  expect(JSON.parse(tags['mlflow.modelVersions']!)).toEqual([{ name, version: 1 }]);
});

test('logged models are searched in order through all pages, and deleted', async () => {
  const client = realClient();
  const { experimentId } = await freshRun(client);
  const names = ['a', 'b', 'c'];
  for (const name of names) await client.loggedModels.create({ experimentId, name, params: { name } });
  const search = { experimentIds: [experimentId], orderBy: [{ field: 'name' }], pageSize: 2 };
  const found = await collect(client.loggedModels.search(search));
  expect(found.map(({ name }) => name)).toEqual(names);
  await client.loggedModels.delete(found[0]!.modelId);
  const filtered = await collect(client.loggedModels.search({ ...search, filter: "params.name = 'a'" }));
  expect(filtered).toEqual([]);
  await client.loggedModels.logParams(found[1]!.modelId, { more: 'x' });
  expect((await client.loggedModels.get(found[1]!.modelId)).params).toEqual({ name: 'b', more: 'x' });
});

test('a registered model is described, tagged, renamed and deleted', async () => {
  const { registeredModels } = realClient();
  const name = `model ${randomUUID()}`;
  const [first, second] = await Promise.all([registeredModels.ensure(name), registeredModels.ensure(name)]);
  expect(second.name).toBe(first.name);
  await registeredModels.describe(name, 'reads digits');
  await registeredModels.setTag(name, 'task', 'digits');
  await registeredModels.setTag(name, 'gone', 'x');
  await registeredModels.deleteTag(name, 'gone');
  expect(await registeredModels.get(name)).toMatchObject({ description: 'reads digits', tags: { task: 'digits' } });
  await registeredModels.rename(name, `${name}!`);
  const found = await collect(registeredModels.search({ filter: `name LIKE '${name}%'`, pageSize: 1 }));
  expect(found.map((model) => model.name)).toEqual([`${name}!`]);
  await registeredModels.delete(`${name}!`);
  expect(await registeredModels.get(`${name}!`)).toBeUndefined();
});

test('an alias points at a version and can be moved; MLflow’s own words are refused', async () => {
  const client = realClient();
  const { registeredModels, modelVersions } = client;
  const { runId } = await freshRun(client);
  const name = `alias ${randomUUID()}`;
  await registeredModels.create({ name, description: 'd', tags: { a: 'b' } });
  for (const version of ['1', '2']) {
    const made = await modelVersions.create({ name, source: `runs:/${runId}/model`, runId, description: version });
    expect(made.version).toBe(version);
  }
  expect(await registeredModels.getByAlias(name, 'champion')).toBeUndefined();
  await registeredModels.setAlias(name, 'champion', '1');
  await registeredModels.setAlias(name, 'champion', '2');
  expect(await registeredModels.getByAlias(name, 'champion')).toMatchObject({ version: '2', aliases: ['champion'] });
  expect((await registeredModels.get(name))?.aliases).toEqual({ champion: '2' });
  await registeredModels.deleteAlias(name, 'champion');
  expect(await registeredModels.getByAlias(name, 'champion')).toBeUndefined();
  for (const alias of ['latest', 'v1', 'V12']) {
    await expect(registeredModels.setAlias(name, alias, '1')).rejects.toMatchObject({ code: 'MLFLOW_RESERVED_ALIAS' });
  }

  await modelVersions.describe(name, '1', 'better');
  await modelVersions.setTag(name, '1', 'k', 'v');
  expect(await modelVersions.get(name, '1')).toMatchObject({ description: 'better', tags: { k: 'v' } });
  await modelVersions.deleteTag(name, '1', 'k');
  await modelVersions.delete(name, '2');
  const left = await collect(modelVersions.search({ filter: `name = '${name}'`, orderBy: ['version_number ASC'] }));
  expect(left).toMatchObject([{ version: '1', tags: {} }]);
});
