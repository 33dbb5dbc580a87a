import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { RunFollower } from '@glyphlab/tracking';
import type { Job } from '../launcher.ts';
import { RayLauncher } from './ray-launcher.ts';
import { toldLine } from './relay.ts';
import { FakeRay } from './recorded-ray.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

async function cluster({ isShared = false } = {}) {
  const ray = await FakeRay.start();
  const folder = temporaryDirectory();
  const relayDirectory = join(folder, 'relayed');
  const said: string[] = [];
  const options = {
    client: ray.client,
    set: 'my set',
    resources: { cpus: 2, gpus: 1 },
    env: { MLFLOW_TRACKING_URI: 'http://tracker:5000' },
    onMessage: (text: string) => said.push(text),
    pollMs: 5,
    ...(isShared ? { cwd: '/a b' } : { relayDirectory }),
  };
  const job: Job = { key: 'abc', command: ['node', 'it', 'is'], logFile: join(folder, 'abc', 'log.txt') };
  return { ray, said, job, relayDirectory, launcher: () => new RayLauncher(options) };
}

test('a job is submitted once, whoever submits it, and found by the next session', async () => {
  const { ray, job, launcher } = await cluster({ isShared: true });
  const [first, second] = await Promise.all([launcher().launch(job), launcher().launch(job)]);
  const found = await launcher().find(job);
  expect(ray.submitted).toHaveLength(1);
  const { submission_id: id, metadata: _, ...asked } = ray.submitted[0]!;
  expect(asked).toEqual({
    entrypoint: "cd '/a b' && exec node it is",
    entrypoint_num_cpus: 2,
    entrypoint_num_gpus: 1,
    runtime_env: { env_vars: { MLFLOW_TRACKING_URI: 'http://tracker:5000' } },
  });
  expect(id).toMatch(/^glyphlab-my-set-[0-9a-f]{6}-abc-1$/);
  ray.logs.set(id, `Running entrypoint for job ${id}: exec node\nhello\n`);
  found!.stop();
  await expect.poll(() => ray.stopped, patience).toEqual([id]);
  ray.becomes(id, 'stopped');
  for (const { ended } of [first, second, found!]) expect(await ended).toEqual({ signal: 'SIGTERM' });
  expect(readFileSync(job.logFile, 'utf8')).toBe('hello\n');
  expect(await launcher().find(job)).toBeUndefined();
});

test.each([
  ['succeeded', { exitCode: 0 }],
  ['failed', { exitCode: 3 }],
  ['killed', { signal: 'SIGKILL' }],
  ['nodeLost', {}],
] as const)('%s is %o, and the next attempt has an id of its own', async (as, end) => {
  const { ray, job, launcher } = await cluster({ isShared: true });
  const { ended } = await launcher().launch(job);
  ray.becomes(ray.submitted[0]!.submission_id, as);
  expect(await ended).toEqual(end);
  const again = await launcher().launch(job);
  expect(again.description).toMatch(/-abc-2,/);
  ray.jobs.length = 0;
  // A Ray that was started anew knows nothing of it.
  expect(await again.ended).toEqual({});
});

test('the journal that a member tells is kept here, once, also by a session that comes when all is over', async () => {
  const { ray, job, relayDirectory, launcher } = await cluster();
  const { ended } = await launcher().launch(job);
  const id = ray.submitted[0]!.submission_id;
  const line = (entry: object) => toldLine({ run: 'u1', line: JSON.stringify({ time: 1, ...entry }) });
  const begin = `Epoch${toldLine({ run: 'u1', config: 'name: a' })}${line({ type: 'run', uuid: 'u1', name: 'a' })}`;
  ray.logs.set(id, `${begin}@glyphlab-run {"ru`);
  const follower = new RunFollower(join(relayDirectory, 'u1'));
  await expect.poll(() => (follower.refresh(), follower.record?.status), patience).toBe('RUNNING');
  const all = begin + line({ type: 'metrics', step: 1, values: { 'val/accuracy': 0.5 } });
  ray.logs.set(id, `${all}done\n${line({ type: 'ended', status: 'FINISHED' })}`);
  ray.becomes(id, 'succeeded');
  expect(await ended).toEqual({ exitCode: 0 });
  follower.refresh();
  expect(follower.record).toMatchObject({ status: 'FINISHED', metrics: { 'val/accuracy': 0.5 } });
  expect(readFileSync(job.logFile, 'utf8')).toBe('Epoch\ndone\n');
  const journal = () => readFileSync(join(relayDirectory, 'u1', 'journal.jsonl'), 'utf8');
  const before = journal();
  expect(await (await launcher().find(job))!.ended).toEqual({ exitCode: 0 });
  expect(journal()).toBe(before);
  expect(readFileSync(join(relayDirectory, 'u1', 'artifacts', 'config.yaml'), 'utf8')).toBe('name: a');
});

test('what succeeded on a node that is gone, with all that it told, is lost', async () => {
  const { ray, job, launcher } = await cluster();
  const { ended } = await launcher().launch(job);
  const id = ray.submitted[0]!.submission_id;
  ray.logs.delete(id);
  ray.becomes(id, 'succeeded');
  expect(await ended).toEqual({});
  expect(await launcher().find(job)).toBeUndefined();
});

test('a Ray that is away for a while loses nothing, and is told of once', async () => {
  const { ray, job, said, launcher } = await cluster({ isShared: true });
  const { ended } = await launcher().launch(job);
  let asked = 0;
  ray.intercept = (method, path) =>
    method === 'GET' && path === '/api/jobs/' && ++asked < 10 ? [503, 'away'] : undefined;
  await expect.poll(() => said.length, patience).toBe(2);
  expect(said).toEqual([expect.stringContaining('503'), 'Ray answers again.']);
  ray.becomes(ray.submitted[0]!.submission_id, 'succeeded');
  expect(await ended).toEqual({ exitCode: 0 });
});

test('what cannot be submitted says why', async () => {
  const { ray, job, launcher } = await cluster();
  ray.intercept = (method) => (method === 'POST' ? [400, 'ValueError: bad runtime_env'] : undefined);
  const { ended } = await launcher().launch(job);
  expect((await ended).error).toMatch(/bad runtime_env/);
});

test('follow prints what there is and what comes, without what is told of the run', async () => {
  const { ray, job, launcher } = await cluster();
  await launcher().launch(job);
  const id = ray.submitted[0]!.submission_id;
  ray.logs.set(id, `one\n${toldLine({ run: 'u', line: '{}' })}`);
  const shown: string[] = [];
  for await (const text of launcher().follow(job, new AbortController().signal)) {
    shown.push(text);
    ray.logs.set(id, `${ray.logs.get(id)}two\n`);
    ray.becomes(id, 'succeeded');
  }
  expect(shown).toEqual(['one\n', 'two\n']);
});
