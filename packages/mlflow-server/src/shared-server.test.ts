import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { sharedLocalServer } from './shared-server.ts';
import { groupMembers, lineOf, runScript, untilGone } from './testing/processes.ts';
import { testServerUrl } from './testing/index.ts';

let directory: string;
beforeEach(() => void (directory = temporaryDirectory()));

const answers = async (url: string) => (await fetch(`${url}/health`)).ok;

test('of those who come at once one starts the server; it ends with the last who leaves', async () => {
  const [one, other] = await Promise.all([sharedLocalServer(directory), sharedLocalServer(directory)]);
  expect([one.started, other.started].sort()).toEqual([false, true]);
  expect(other.url).toBe(one.url);

  await one.leave();
  expect(await answers(other.url)).toBe(true);
  await other.leave();
  await untilGone(one.pid);
  expect(existsSync(join(directory, '.mlflow', 'server.json'))).toBe(false);
});

test('a trainer that is killed takes the server from nobody, and the last one killed leaves none behind', async () => {
  const starter = runScript('testing/holder.ts', 'shared', directory);
  const [, pid, url] = await lineOf(starter, /^(\d+) (http.*)$/);
  const joiner = await sharedLocalServer(directory);
  expect(joiner).toMatchObject({ url, pid: Number(pid), started: false });

  starter.kill('SIGKILL');
  const late = runScript('testing/holder.ts', 'shared', directory);
  expect((await lineOf(late, /^(\d+) (http.*)$/))[2]).toBe(url);
  expect(await answers(url!)).toBe(true);

  await joiner.leave();
  expect(await answers(url!)).toBe(true);
  late.kill('SIGKILL');
  await untilGone(Number(pid));
});

test('what a killed server left is not taken for a server, even when something else has its port', async () => {
  const foreign = Number(new URL(testServerUrl()).port);
  const state = { pid: 1, port: foreign, leasePort: foreign, token: '0'.repeat(32) };
  await mkdir(join(directory, '.mlflow'));
  await writeFile(join(directory, '.mlflow', 'server.json'), JSON.stringify(state));

  const server = await sharedLocalServer(directory, { preferredPort: foreign });
  expect(server.started).toBe(true);
  expect(server.port).not.toBe(foreign);
  process.kill(-server.pid, 'SIGKILL');
  await untilGone(server.pid);

  const next = await sharedLocalServer(directory);
  expect(next.started).toBe(true);
  await next.leave();
  await server.leave();
});

test('a server whose state was removed under it ends all the same', async () => {
  const server = await sharedLocalServer(directory);
  await rm(join(directory, '.mlflow'), { recursive: true });
  expect(await answers(server.url)).toBe(true);
  expect(groupMembers(server.pid)).not.toEqual([]);
  await server.leave();
  await expect.poll(() => groupMembers(server.pid), { timeout: 20_000 }).toEqual([]);
});
