import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncRuns } from '../sync/sync.ts';
import {
  direct,
  expectMirrored,
  loggedRun,
  send,
  testDirectory as directory,
  testModelName as registeredName,
  testProxy as proxy,
} from '../testing/drained-run.ts';
import type { Fault } from '../testing/fault-proxy.ts';
import { pictureOfJournal, pictureOfServer, runsOf } from '../testing/mirror.ts';

test('what the server refuses is set aside, and the rest gets through', async () => {
  const run = await loggedRun(10);
  proxy().fault = (_method, path) => (path.includes('worst.json') ? 'too-large' : 'none');
  const { complete, messages } = await send(run);
  expect(complete).toBe(true);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('refused');
  const picture = await pictureOfJournal(run.directory);
  delete picture.artifacts['worst.json'];
  expect(await pictureOfServer(direct, 'drain', run.uuid)).toEqual(picture);
});

test('a model with a file that the server refused is no version, and takes the alias from no good one', async () => {
  await send(await loggedRun(1));
  rmSync(join(directory(), 'model'), { recursive: true });
  const refused = await loggedRun(1);
  proxy().fault = (_method, path) => (path.endsWith('weights') ? 'too-large' : 'none');
  expect(await send(refused)).toMatchObject({ complete: true, messages: [expect.stringContaining('refused')] });
  expect(await direct.registeredModels.getByAlias(registeredName(), 'champion')).toMatchObject({ version: '1' });
  const second = direct.modelVersions.get(registeredName(), '2');
  await expect(second).rejects.toMatchObject({ errorCode: 'RESOURCE_DOES_NOT_EXIST' });
});

test('what a proxy refuses keeps nothing small back, is told, and goes once the limit is lifted', async () => {
  const run = await loggedRun(10);
  proxy().fault = (_method, path) => (/weights|worst\.json/.test(path) ? 'too-large' : 'none');
  const first = await send(run);
  expect(first.complete).toBe(true);
  expect(first.refused).toEqual(
    ['the artifact worst.json', 'the model "model"', `models:/${registeredName()}@champion`].map((what) => ({
      what,
      reason: expect.any(String) as string,
    })),
  );
  expect(first.refused[0]!.reason).toContain('413');
  const [held] = await runsOf(direct, 'drain', run.uuid);
  expect(held!.metrics['val/accuracy']).toMatchObject({ value: 0.99 });
  const { modelId } = held!.modelOutputs[0]!;
  expect((await direct.loggedModels.get(modelId)).status).toBe('UPLOAD_FAILED');
  const sync = (retryRefused: boolean) =>
    syncRuns({ runsDir: directory(), workspaceDir: directory(), server: proxy().url, retryRefused });
  expect(await sync(false)).toMatchObject([
    { state: 'complete', refused: first.refused.map(({ what }) => ({ what })) },
  ]);
  expect(await sync(true)).toMatchObject([{ state: 'sent', refused: first.refused.map(({ what }) => ({ what })) }]);
  proxy().fault = () => 'none';
  expect(await sync(true)).toMatchObject([{ state: 'sent', refused: [] }]);
  expect(await sync(true)).toMatchObject([{ state: 'complete', refused: [] }]);
  expect((await direct.loggedModels.get(modelId)).status).toBe('READY');
  await expectMirrored(run);
});

test('what is stored where the client cannot write is told, and nothing else is lost', async () => {
  const run = await loggedRun(10);
  const [name, place] = [`elsewhere ${randomUUID()}`, `file://${join(directory(), 'elsewhere')}`];
  await direct.experiments.create({ name, artifactLocation: place });
  const journal = join(run.directory, 'journal.jsonl');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('"experiment":"drain"', `"experiment":"${name}"`));
  const { complete, refused } = await send(run);
  expect(complete).toBe(true);
  expect(refused.map(({ what }) => what)).toContain('the model "model"');
  expect(refused[0]!.reason).toContain('MLFLOW_ARTIFACTS_NOT_SERVED');
  const [held] = await runsOf(direct, name, run.uuid);
  expect(held).toMatchObject({ status: 'FINISHED', metrics: { 'val/accuracy': { value: 0.99 } } });
});

test.each<Fault>(['login-page', 'swallow'])('a %s in answer to uploads is not taken for delivery', async (fault) => {
  const run = await loggedRun(3);
  proxy().fault = (method, path) => (method === 'PUT' && path.includes('/models/') ? fault : 'none');
  const first = await send(run, { untilError: true });
  expect(first.complete).toBe(false);
  const { modelId } = (await runsOf(direct, 'drain', run.uuid))[0]!.modelOutputs[0] ?? { modelId: undefined };
  expect(modelId && (await direct.loggedModels.get(modelId)).status).not.toBe('READY');
  proxy().fault = () => 'none';
  expect(await send(run)).toMatchObject({ complete: true, refused: [] });
  await expectMirrored(run);
});

test('an artifact that a server took and does not have is sent again at the end', async () => {
  const run = await loggedRun(3);
  let swallows = 1;
  proxy().fault = (method, path) =>
    method === 'PUT' && path.includes('worst.json') && swallows-- > 0 ? 'swallow' : 'none';
  expect(await send(run)).toMatchObject({ complete: true, refused: [] });
  await expectMirrored(run);
});

test('a run whose artifacts a server takes and does not keep is not whole, and ended all the same', async () => {
  const lost = await loggedRun(3);
  proxy().fault = (method, path) => (method === 'PUT' && path.includes('worst.json') ? 'swallow' : 'none');
  const { complete, errors } = await send(lost, { untilError: true });
  expect(complete).toBe(false);
  expect(errors[0]).toMatchObject({
    code: 'TRACKING_UPLOAD_LOST',
    where: expect.stringContaining('worst.json') as string,
  });
  expect((await runsOf(direct, 'drain', lost.uuid))[0]!.status).toBe('FINISHED');
  proxy().fault = () => 'none';
  expect(await send(lost)).toMatchObject({ complete: true, refused: [] });
  await expectMirrored(lost);
});
