import { randomUUID } from 'node:crypto';
import { MlflowClient } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { afterAll, expect, test } from 'vitest';
import { locateModel } from './locate-model.ts';

const client = new MlflowClient({ trackingUri: testServerUrl() });
afterAll(() => client.close());

test('a model whose files may be missing is not given out, by its id, a version or an alias, until it is ready', async () => {
  const name = `locate ${randomUUID()}`;
  const experimentId = await client.experiments.create({ name });
  const { runId } = await client.runs.create({ experimentId });
  const { modelId } = await client.loggedModels.create({ experimentId, name: 'model', sourceRunId: runId });
  await client.registeredModels.ensure(name);
  await client.modelVersions.create({ name, source: `models:/${modelId}`, runId, modelId });
  await client.registeredModels.setAlias(name, 'champion', '1');
  const server = { client, identity: client.url };
  const ways = [
    { kind: 'logged', modelId },
    { kind: 'version', name, version: '1' },
    { kind: 'alias', name, alias: 'champion' },
  ] as const;
  for (const uri of ways) await expect(locateModel(server, uri)).rejects.toMatchObject({ code: 'MODEL_NOT_READY' });
  await client.loggedModels.finalize(modelId, 'READY');
  for (const uri of ways) expect(await locateModel(server, uri)).toMatchObject({ modelId });
});
