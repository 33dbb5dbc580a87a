import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { expect, onTestFinished, test } from 'vitest';
import { MlflowClient } from '../client.ts';
import type { MlflowClientOptions } from '../options.ts';
import { breakOff, hang, json, localServer, text } from '../testing/local-server.ts';

function clientOf(url: string, options: MlflowClientOptions = {}) {
  const delays: number[] = [];
  const onRetry = ({ delayMs }: { delayMs: number }) => delays.push(delayMs);
  const client = new MlflowClient({ trackingUri: url, onRetry, ...options });
  onTestFinished(() => client.close());
  return { client, runs: client.runs, delays };
}

const run = { info: { run_id: 'r1', experiment_id: '1', status: 'RUNNING' } };
const point = { key: 'a', value: 1, step: 1, timestampMs: 1 };
const busy = json(503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'busy' });

test('what is safe is sent again until it succeeds', async () => {
  const { url, requests } = await localServer(busy, breakOff, text(502, '<h1>Bad Gateway</h1>'), json(200, {}));
  const { runs, delays } = clientOf(url);
  await runs.logBatch('r1', { metrics: [point] });
  expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
  expect(requests).toHaveLength(4);
  expect(delays).toHaveLength(3);
  expect(delays[2]!).toBeGreaterThan(delays[0]!);
});

test('what would be done twice is not sent again once the server may have done it', async () => {
  for (const fault of [busy, breakOff, text(500, 'oops')]) {
    const { url, requests } = await localServer(fault);
    await expect(clientOf(url).runs.create({ experimentId: '1' })).rejects.toMatchObject({
      mayBeDone: true,
      temporary: true,
    });
    expect(requests).toHaveLength(1);
  }
});

test('what the server turned away it has not done', async () => {
  const { url, requests } = await localServer(json(429, { message: 'slow down' }), json(200, { run }));
  expect(await clientOf(url).runs.create({ experimentId: '1' })).toMatchObject({ runId: 'r1' });
  expect(requests).toHaveLength(2);
});

test('a run that was created before its answer was lost is found, not created again', async () => {
  const { url, requests } = await localServer(json(200, {}), busy, json(200, { runs: [run] }));
  const created = await clientOf(url).runs.createOnce({ experimentId: '1' }, { key: 'uuid', value: 'u1' });
  expect(created.runId).toBe('r1');
  expect(requests.map(({ url: path }) => path.split('/').at(-1))).toEqual(['search', 'create', 'search']);
  expect(JSON.parse(requests[1]!.body)).toMatchObject({ tags: [{ key: 'uuid', value: 'u1' }] });
});

test('an experiment that was created before its answer was lost is taken', async () => {
  const missing = json(404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none' });
  const { url, requests } = await localServer(
    missing,
    breakOff,
    json(200, { experiment: { experiment_id: '7', name: 'e' } }),
  );
  expect(await clientOf(url).client.experiments.ensure('e')).toMatchObject({ experimentId: '7' });
  expect(requests.filter(({ url: path }) => path.endsWith('create'))).toHaveLength(1);
});

test.each([
  ['seconds', () => '1'],
  ['a date', () => new Date(Date.now() + 2000).toUTCString()],
])('the server’s Retry-After in %s is waited for', async (_, header) => {
  const { url } = await localServer(json(429, {}, { 'retry-after': header() }), json(200, { run }));
  const { runs, delays } = clientOf(url);
  await runs.get('r1');
  expect(delays[0]).toBeGreaterThanOrEqual(900);
});

test('a server that asks for more time than there is fails at once', async () => {
  const { url, requests } = await localServer(json(429, {}, { 'retry-after': '3600' }));
  await expect(clientOf(url, { deadlineMs: 5000 }).runs.get('r1')).rejects.toMatchObject({
    status: 429,
    retryAfterMs: 3_600_000,
  });
  expect(requests).toHaveLength(1);
});

test('a server that hangs is given up after the time for a try, and for all tries', async () => {
  const { url, requests } = await localServer(hang);
  const tries = clientOf(url, { timeoutMs: 100, maxRetries: 1 });
  await expect(tries.runs.get('r1')).rejects.toMatchObject({
    code: 'MLFLOW_CONNECTION_TIMEOUT',
    temporary: true,
    mayBeDone: true,
  });
  expect(requests).toHaveLength(2);
  const limited = clientOf(url, { deadlineMs: 150 });
  await expect(limited.runs.get('r1')).rejects.toMatchObject({ code: 'MLFLOW_CONNECTION_DEADLINE' });
});

test('a call that is aborted ends with the caller’s reason: before, under way and between tries', async () => {
  const { url } = await localServer(hang);
  const reason = new Error('Ctrl-C');
  const { runs } = clientOf(url);
  await expect(runs.get('r1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const abort = new AbortController();
  const hanging = runs.get('r1', { signal: abort.signal });
  setTimeout(() => abort.abort(reason), 50);
  await expect(hanging).rejects.toBe(reason);

  const slow = await localServer(json(503, {}, { 'retry-after': '100' }));
  const between = new AbortController();
  const onRetry = () => setTimeout(() => between.abort(reason), 20);
  const waiting = clientOf(slow.url, { onRetry }).runs.get('r1', { signal: between.signal });
  await expect(waiting).rejects.toBe(reason);
});

test('half an answer is no answer', async () => {
  const { url, requests } = await localServer(
    (_, response) => response.writeHead(200, { 'content-length': '100' }).write('{"run":', () => response.destroy()),
    (_, response) => response.writeHead(200).write('{"run":', () => response.destroy()),
    json(200, { run }),
  );
  expect(await clientOf(url).runs.get('r1')).toMatchObject({ runId: 'r1' });
  expect(requests).toHaveLength(3);
});

test('an error keeps the server’s words, whatever they are written in', async () => {
  const page = '<!doctype html><style>p{}</style><title>403</title><p>You shall\nnot &lt;pass&gt;</p>';
  for (const [body, words] of [
    [page, '403 You shall\nnot <pass>'],
    [
      'Invalid Host header - possible DNS rebinding attack detected',
      'Invalid Host header - possible DNS rebinding attack detected',
    ],
    ['{"detail":"no route"}', 'no route'],
    ['', ''],
  ]) {
    const { url } = await localServer(text(403, body!));
    const { runs } = clientOf(url);
    await expect(runs.get('r1')).rejects.toMatchObject({
      name: 'MlflowHttpError',
      code: 'MLFLOW_HTTP_403',
      status: 403,
      errorCode: undefined,
      serverMessage: words,
      temporary: false,
      url: `${url}/api/2.0/mlflow/runs/get?run_id=r1`,
    });
  }
});

test('a page where JSON is expected, and a server that has moved, are not mistaken for an answer', async () => {
  const page = await localServer(text(200, '<html>Welcome</html>'));
  await expect(clientOf(page.url).runs.get('r1')).rejects.toMatchObject({ code: 'MLFLOW_CONNECTION_PROTOCOL' });
  const moved = await localServer(text(301, '', { location: 'https://new.example/' }));
  await expect(clientOf(moved.url).runs.get('r1')).rejects.toMatchObject({
    status: 301,
    serverMessage: 'it has moved to https://new.example/',
  });
});

test('no server, and no such name, are told apart and tried again', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const { runs, delays } = clientOf(`http://127.0.0.1:${port}`, { maxRetries: 2 });
  // Nothing was sent, so even what would be done twice is tried again.
  const failing = runs.create({ experimentId: '1' });
  await expect(failing).rejects.toMatchObject({ failure: 'refused', mayBeDone: false, temporary: true });
  expect(delays).toHaveLength(2);
  const nameless = clientOf('http://no-such-host.invalid', { maxRetries: 0 }).runs.get('r');
  await expect(nameless).rejects.toMatchObject({ failure: 'name' });
});

test('a connection that the real server has closed while it was idle is not used again', async () => {
  const { client } = clientOf(testServerUrl(), { maxRetries: 0, connections: 1 });
  await client.ping();
  await sleep(5_200);
  expect(await client.experiments.create({ name: `idle ${Date.now()}` })).toMatch(/^\d+$/);
});

test('calls at once use several connections, and what follows uses them again', async () => {
  const sockets = new Set<unknown>();
  const { url } = await localServer((request, response) => {
    sockets.add(request.socket);
    setTimeout(() => response.end(JSON.stringify({ run })), 30);
  });
  const { runs } = clientOf(url, { connections: 3 });
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 9 }, () => runs.get('r1')));
  expect(sockets.size).toBe(3);
});
