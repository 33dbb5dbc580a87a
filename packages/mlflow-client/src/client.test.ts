import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { expect, test } from 'vitest';
import { MlflowClient } from './client.ts';

test('a server is asked whether it is MLflow, and which', async () => {
  const client = await MlflowClient.connect({ trackingUri: `${testServerUrl()}/` });
  expect(client.url).toBe(testServerUrl());
  expect(await client.ping()).toEqual({ version: '3.17.2' });
  await client.close();
});
