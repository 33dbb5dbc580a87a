import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { startServer } from './start-server.ts';
import { childrenOf, groupMembers, lineOf, runScript, untilGone } from './testing/processes.ts';
import { testServerUrl } from './testing/index.ts';

let directory: string;
beforeAll(() => void (directory = temporaryDirectory()));

const api = (url: string, path: string, init?: RequestInit) =>
  fetch(`${url}/api/2.0/mlflow/${path}`, init).then((answer) => answer.json() as Promise<Record<string, unknown>>);
const create = (url: string, name: string) =>
  api(url, 'experiments/create', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });

test('a server keeps what it was told, over a kill and a restart at the same port', async () => {
  const first = await startServer({ directory });
  const { experiment_id } = await create(first.url, 'kept');
  // The last of them that ends gives the port back.
  const members = groupMembers(first.pid);
  first.kill();
  for (const pid of members) await untilGone(pid);

  const second = await startServer({ directory, port: first.port });
  expect(second.url).toBe(first.url);
  const { experiment } = await api(second.url, `experiments/get?experiment_id=${experiment_id}`);
  expect(experiment).toMatchObject({ name: 'kept', artifact_location: `mlflow-artifacts:/${experiment_id}` });
  await second.stop();
  expect(groupMembers(second.pid)).toEqual([]);
  await second.stop();
});

test('a port that is taken is said to be', async () => {
  const port = Number(new URL(testServerUrl()).port);
  await expect(startServer({ directory: join(directory, 'taken'), port })).rejects.toMatchObject({
    code: 'MLFLOW_PORT_TAKEN',
    message: `Port ${port} is taken.`,
  });
});

test('the end of the log says why a server did not come up', async () => {
  const failing = startServer({ directory: join(directory, 'bad'), backendStoreUri: 'nosuchdb://x/y' });
  await expect(failing).rejects.toMatchObject({
    code: 'MLFLOW_SERVER_FAILED',
    where: join(directory, 'bad', 'server.log'),
    hint: expect.stringContaining('nosuchdb'),
  });
});

test('without MLflow nothing is started, and the error says how to get it', async () => {
  const env = { ...process.env, GLYPHLAB_CACHE_DIR: join(directory, 'empty') };
  await expect(startServer({ directory, env })).rejects.toMatchObject({
    code: 'MLFLOW_NOT_INSTALLED',
    hint: expect.stringContaining('npx @glyphlab/mlflow-server install'),
  });
});

test('several workers answer, and all of them end when their supervisor is killed', async () => {
  const server = await startServer({ directory: join(directory, 'workers'), workers: 2 });
  expect(await create(server.url, 'by a worker')).toHaveProperty('experiment_id');
  const members = groupMembers(server.pid);
  expect(members.length).toBeGreaterThanOrEqual(3);
  process.kill(server.pid, 'SIGKILL');
  for (const pid of members) await untilGone(pid);
});

test('a server ends with the process that started it, even when that is killed', async () => {
  const holder = runScript('testing/holder.ts', 'own', join(directory, 'held'));
  const [, pid, url] = await lineOf(holder, /^(\d+) (http.*)$/);
  expect((await fetch(`${url}/health`)).ok).toBe(true);
  holder.kill('SIGKILL');
  await untilGone(Number(pid));
});

test('an abort while it starts leaves nothing', async () => {
  const abort = new AbortController();
  const before = childrenOf(process.pid);
  const starting = startServer({ directory: join(directory, 'aborted'), signal: abort.signal });
  // Its outcome is looked at below.
  starting.catch(() => undefined);
  const [pid] = await vi.waitUntil(() => {
    const started = childrenOf(process.pid).filter((child) => !before.includes(child));
    return started.length > 0 && started;
  });
  abort.abort(new Error('enough'));
  await expect(starting).rejects.toThrow('enough');
  await untilGone(pid!);
  expect(groupMembers(pid!)).toEqual([]);
});
