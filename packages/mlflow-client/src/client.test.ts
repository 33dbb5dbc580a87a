import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { expect, test } from 'vitest';
import { MlflowClient } from './client.ts';
import { json, localServer, text, type Handler } from './testing/local-server.ts';

test('a server is asked whether it is MLflow, and which', async () => {
  const client = await MlflowClient.connect({ trackingUri: `${testServerUrl()}/` });
  expect(client.url).toBe(testServerUrl());
  expect(await client.ping()).toEqual({ version: '3.17.2' });
  await client.close();
});

const connect = async (...handlers: [Handler, ...Handler[]]) => {
  const { url } = await localServer(...handlers);
  return MlflowClient.connect({ trackingUri: url }, { maxRetries: 0 });
};
const one = json(200, { experiments: [{ experiment_id: '0', name: 'Default' }] });

test.each<[string, [Handler, ...Handler[]]]>([
  ['a page', [text(200, '<html>Hello</html>')]],
  ['another program', [text(404, 'Not Found')]],
  ['another program that answers anything in JSON', [json(200, {})]],
])('%s is not taken for MLflow', async (_, handlers) => {
  await expect(connect(...handlers)).rejects.toMatchObject({ code: 'MLFLOW_NOT_MLFLOW' });
});

test.each(['2.22.1', '3.16.0'])('MLflow %s is too old', async (version) => {
  await expect(connect(one, text(200, version))).rejects.toMatchObject({ code: 'MLFLOW_SERVER_TOO_OLD' });
});

test.each([
  ['3.17.0', '3.17.0'],
  ['3.18.0.dev0', '3.18.0.dev0'],
  ['4.0.0', '4.0.0'],
  ['<html>', undefined],
])('a server that says %s is taken', async (answer, version) => {
  const client = await connect(one, text(200, answer), one, text(200, answer));
  expect(await client.ping()).toEqual({ version });
  await client.close();
});

test('credentials that are wrong, and a server that is down, are said to be', async () => {
  await expect(connect(text(401, 'who?'))).rejects.toMatchObject({ status: 401 });
  await expect(connect(text(503, 'no'))).rejects.toMatchObject({ status: 503, temporary: true });
});
