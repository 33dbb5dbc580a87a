import { randomUUID } from 'node:crypto';
import { collect } from '@glyphlab/core';
import { expect, test } from 'vitest';
import { freshExperiment, realClient } from './testing/fresh.ts';

test('an experiment is created, found, renamed, tagged, deleted and brought back', async () => {
  const { experiments } = realClient();
  const name = `ä ${randomUUID()}`;
  const id = await experiments.create({ name, tags: { team: 'a' } });
  expect(await experiments.getByName(name)).toMatchObject({
    experimentId: id,
    lifecycleStage: 'active',
    tags: { team: 'a' },
  });
  await experiments.rename(id, `${name}!`);
  await experiments.setTag(id, 'team', 'b');
  await experiments.setTag(id, 'other', 'c');
  await experiments.deleteTag(id, 'other');
  expect(await experiments.get(id)).toMatchObject({ name: `${name}!`, tags: { team: 'b' } });
  expect(await experiments.getByName(name)).toBeUndefined();
  await experiments.delete(id);
  expect((await experiments.getByName(`${name}!`))?.lifecycleStage).toBe('deleted');
  await experiments.restore(id);
  expect((await experiments.get(id)).lifecycleStage).toBe('active');
});

test('a name that is taken is refused, and by a deleted experiment, too', async () => {
  const { experiments } = realClient();
  const name = randomUUID();
  const id = await experiments.create({ name });
  const again = () => experiments.create({ name });
  await expect(again()).rejects.toMatchObject({ status: 400, errorCode: 'RESOURCE_ALREADY_EXISTS' });
  await experiments.delete(id);
  await expect(again()).rejects.toMatchObject({ errorCode: 'RESOURCE_ALREADY_EXISTS' });
  await expect(experiments.ensure(name)).rejects.toMatchObject({
    code: 'MLFLOW_EXPERIMENT_DELETED',
    kind: 'wrongInput',
    hint: expect.stringContaining(`mlflow experiments restore -x ${id}`),
  });
});

test('however many ask for an experiment at once, there is one', async () => {
  const { experiments } = realClient();
  const name = randomUUID();
  const all = await Promise.all(Array.from({ length: 6 }, () => experiments.ensure(name)));
  expect(new Set(all.map(({ experimentId }) => experimentId)).size).toBe(1);
});

test('a search goes through all pages', async () => {
  const client = realClient();
  const mark = randomUUID();
  for (let i = 0; i < 5; i++) await client.experiments.create({ name: `${mark} ${i}` });
  const search = { filter: `name LIKE '${mark}%'`, orderBy: ['name ASC'], pageSize: 2 };
  const found = await collect(client.experiments.search(search));
  expect(found.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4].map((i) => `${mark} ${i}`));
  await client.experiments.delete(found[0]!.experimentId);
  expect(await collect(client.experiments.search(search))).toHaveLength(4);
  expect(await collect(client.experiments.search({ ...search, viewType: 'ALL' }))).toHaveLength(5);
  expect(await collect(client.experiments.search({ ...search, viewType: 'DELETED_ONLY' }))).toHaveLength(1);
});

test('a filter that the server cannot read is answered with its words', async () => {
  const client = realClient();
  const experimentIds = [await freshExperiment(client)];
  const search = collect(client.runs.search({ experimentIds, filter: 'a or b' }));
  await expect(search).rejects.toMatchObject({ status: 400, errorCode: 'INVALID_PARAMETER_VALUE' });
});
