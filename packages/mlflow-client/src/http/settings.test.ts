import { inspect } from 'node:util';
import { describeError } from '@glyphlab/core';
import { expect, onTestFinished, test } from 'vitest';
import { MlflowClient } from '../client.ts';
import type { MlflowClientOptions } from '../options.ts';
import { json, localServer, text } from '../testing/local-server.ts';
import { readSettings } from './settings.ts';

const clientOf = (options: MlflowClientOptions) => {
  const client = new MlflowClient({ env: {}, ...options });
  onTestFinished(() => client.close());
  return client;
};
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const run = { info: { run_id: 'r1', experiment_id: '1' } };

test.each<[string, MlflowClientOptions & { user?: string }, string | undefined]>([
  ['nothing', {}, undefined],
  ['the address', { user: 'ada:p%40ss@' }, basic('ada:p@ss')],
  [
    'MLflow’s variables',
    { env: { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pass' } },
    basic('ada:pass'),
  ],
  ['a token', { env: { MLFLOW_TRACKING_TOKEN: 'tok' } }, 'Bearer tok'],
  [
    'a password rather than a token',
    { env: { MLFLOW_TRACKING_USERNAME: 'a', MLFLOW_TRACKING_PASSWORD: 'b', MLFLOW_TRACKING_TOKEN: 'c' } },
    basic('a:b'),
  ],
  [
    'the caller rather than anything',
    { user: 'a:b@', auth: { token: 't' }, env: { MLFLOW_TRACKING_TOKEN: 'c' } },
    'Bearer t',
  ],
  ['a name and password of the caller', { auth: { username: 'ö', password: 'ü' } }, basic('ö:ü')],
])('credentials come from %s', async (_, { user = '', ...options }, authorization) => {
  const { url, requests } = await localServer(json(200, { run }));
  await clientOf({ ...options, trackingUri: url.replace('//', `//${user}`) }).runs.get('r1');
  expect(requests[0]!.headers.authorization).toBe(authorization);
});

test('headers and the workspace are sent with every request', async () => {
  const { url, requests } = await localServer(json(200, { run }));
  const env = { MLFLOW_TRACKING_HEADERS: 'X-One: 1\n\nX-Two : a: b \n', MLFLOW_WORKSPACE: 'team' };
  await clientOf({ trackingUri: url, env }).runs.get('r1');
  await clientOf({ trackingUri: url, headers: { 'x-one': 'own' } }).runs.get('r1');
  expect(requests[0]!.headers).toMatchObject({ 'x-one': '1', 'x-two': 'a: b', 'x-mlflow-workspace': 'team' });
  expect(requests[1]!.headers).toMatchObject({ 'x-one': 'own' });
});

test('a secret is seen nowhere: not in an error, not in a log, not in the client', async () => {
  const secrets = ['s3cr3t-p@ss', encodeURIComponent('s3cr3t-p@ss'), basic('ada:s3cr3t-p@ss').slice(6), 'hdr-secret'];
  const echo = await localServer((request, response) => {
    const { authorization, 'x-key': key } = request.headers;
    response.writeHead(500).end(`you sent ${authorization} ${String(key)} s3cr3t-p@ss s3cr3t-p%40ss`);
  });
  const page = await localServer((request, response) => response.end(`<p>${request.headers.authorization}</p>`));
  const dead = 'http://127.0.0.1:9';
  for (const url of [echo.url, page.url, dead]) {
    const client = clientOf({
      trackingUri: url.replace('//', '//ada:s3cr3t-p%40ss@'),
      headers: { 'x-key': 'hdr-secret' },
      maxRetries: 0,
    });
    const error = await client.runs.create({ experimentId: '1' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    const seen = [
      inspect(error, { depth: 9, showHidden: true }),
      describeError(error),
      (error as Error).stack,
      JSON.stringify(error),
    ];
    seen.push(inspect(client, { depth: 9, showHidden: true }), JSON.stringify(client), client.url);
    for (const secret of secrets) expect(seen.join('\n')).not.toContain(secret);
  }
});

test.each([
  ['', 'MLFLOW_NO_URI'],
  ['   ', 'MLFLOW_NO_URI'],
  ['127.0.0.1:5000', 'MLFLOW_BAD_URI'],
  ['localhost:5000', 'MLFLOW_BAD_URI'],
  ['http://', 'MLFLOW_BAD_URI'],
  ['http://a:99999', 'MLFLOW_BAD_URI'],
  ['./mlruns', 'MLFLOW_BAD_URI'],
  ['file:///tmp/mlruns', 'MLFLOW_BAD_URI'],
  ['sqlite:///mlflow.db', 'MLFLOW_BAD_URI'],
  ['databricks', 'MLFLOW_BAD_URI'],
])('MLFLOW_TRACKING_URI=%s is wrong input', (uri, code) => {
  const making = () => new MlflowClient({ env: { MLFLOW_TRACKING_URI: uri } });
  expect(making).toThrow(
    expect.objectContaining({
      code,
      kind: 'wrongInput',
      where: 'MLFLOW_TRACKING_URI',
      hint: expect.stringContaining('http'),
    }),
  );
});

test('a wrong address is shown without its password', () => {
  for (const trackingUri of ['htp://ada:s3cr3t@host', 'ada:s3cr3t@host:5000', 'http://ada:s3cr3t@ho st']) {
    const making = () => new MlflowClient({ trackingUri, env: {} });
    expect(making).toThrow(expect.objectContaining({ code: 'MLFLOW_BAD_URI' }));
    expect(making).not.toThrow(/s3cr3t/);
  }
});

test('an address keeps its path and loses what is no part of it', () => {
  const url = (trackingUri: string) => readSettings({ trackingUri, env: {} }).url;
  expect(url('http://127.0.0.1:5000/')).toBe('http://127.0.0.1:5000');
  expect(url('https://u:p@host/team/mlflow//?x=1#/y')).toBe('https://host/team/mlflow');
});

test('a path before the API is kept in every request', async () => {
  const { url, requests } = await localServer(json(200, { run }));
  await clientOf({ trackingUri: `${url}/team/mlflow/` }).runs.get('r1');
  expect(requests[0]!.url).toBe('/team/mlflow/api/2.0/mlflow/runs/get?run_id=r1');
});

test.each([
  [{ MLFLOW_HTTP_REQUEST_TIMEOUT: 'soon' }, 'MLFLOW_HTTP_REQUEST_TIMEOUT'],
  [{ MLFLOW_HTTP_REQUEST_MAX_RETRIES: '-1' }, 'MLFLOW_HTTP_REQUEST_MAX_RETRIES'],
  [{ MLFLOW_TRACKING_INSECURE_TLS: 'perhaps' }, 'MLFLOW_TRACKING_INSECURE_TLS'],
  [{ MLFLOW_TRACKING_SERVER_CERT_PATH: '/no/such.pem' }, 'MLFLOW_TRACKING_SERVER_CERT_PATH'],
  [{ MLFLOW_TRACKING_CLIENT_CERT_PATH: '/no/such.pem' }, 'MLFLOW_TRACKING_CLIENT_CERT_PATH'],
  [{ MLFLOW_TRACKING_INSECURE_TLS: 'true', MLFLOW_TRACKING_SERVER_CERT_PATH: '/x' }, 'MLFLOW_TRACKING_INSECURE_TLS'],
  [{ MLFLOW_TRACKING_HEADERS: 'no colon s3cr3t' }, 'MLFLOW_TRACKING_HEADERS'],
  [{ MLFLOW_TRACKING_TOKEN: 's3cr3t\nline' }, 'MLFLOW_TRACKING_TOKEN'],
  [{ MLFLOW_TRACKING_AWS_SIGV4: 'true' }, 'MLFLOW_TRACKING_AWS_SIGV4'],
  [{ MLFLOW_TRACKING_AUTH: 'kerberos' }, 'MLFLOW_TRACKING_AUTH'],
])('the setting %j is wrong', (env, where) => {
  const making = () => new MlflowClient({ trackingUri: 'http://h', env });
  expect(making).toThrow(expect.objectContaining({ code: 'MLFLOW_BAD_SETTING', kind: 'wrongInput', where }));
  expect(making).not.toThrow(/s3cr3t/);
});

test('MLflow’s variables set timeout and retries, and the caller’s word comes first', () => {
  const env = { MLFLOW_HTTP_REQUEST_TIMEOUT: '7', MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0' };
  expect(readSettings({ trackingUri: 'http://h', env })).toMatchObject({ timeoutMs: 7000, maxRetries: 0 });
  expect(readSettings({ trackingUri: 'http://h', env, timeoutMs: 5, maxRetries: 1 })).toMatchObject({
    timeoutMs: 5,
    maxRetries: 1,
  });
  expect(readSettings({ trackingUri: 'http://h', env: {} })).toMatchObject({ timeoutMs: 120_000, maxRetries: 5 });
});

test('a missing right is told from missing credentials', async () => {
  const { url } = await localServer(text(401, 'You are not authenticated.'), text(403, 'Permission denied'));
  const { runs } = clientOf({ trackingUri: url });
  await expect(runs.get('r1')).rejects.toMatchObject({
    status: 401,
    hint: expect.stringContaining('MLFLOW_TRACKING_PASSWORD'),
  });
  await expect(runs.get('r1')).rejects.toMatchObject({ status: 403, hint: expect.stringContaining('do not allow') });
});
