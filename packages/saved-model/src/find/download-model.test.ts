import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { type ArtifactDirectory, MlflowClient } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { readModel } from '../read/read-model.ts';
import { smallCard, smallModel } from '../testing/small-model.ts';
import { writeModel } from '../write/write-model.ts';
import { downloadModel } from './download-model.ts';

const client = new MlflowClient({ trackingUri: testServerUrl() });
afterAll(() => client.close());

/** A model on a real server. */
async function uploaded(): Promise<ArtifactDirectory> {
  const directory = join(temporaryDirectory(), 'model');
  await writeModel(directory, smallModel(), smallCard, { onMessage: () => undefined });
  const experimentId = await client.experiments.create({ name: `test ${randomUUID()}` });
  const run = await client.runs.create({ experimentId });
  const artifacts = client.artifacts(`${run.artifactUri}/model`);
  await artifacts.uploadDirectory('', directory);
  return artifacts;
}

test('what the server has only in part is not kept, and what an earlier release kept of it is replaced', async () => {
  const artifacts = await uploaded();
  const weights = await artifacts.download('weights.bin');
  const directory = join(temporaryDirectory(), 'models', 'm');
  const options = { model: 'm', mayChange: false, onProgress: () => undefined };
  await artifacts.upload('weights.bin', weights.subarray(0, 20));
  await expect(downloadModel(artifacts, directory, options)).rejects.toMatchObject({
    code: 'MODEL_INCOMPLETE',
    message: expect.stringContaining(`weights.bin has 20 bytes of ${weights.length}`) as string,
  });
  await artifacts.delete('weights.bin');
  await expect(downloadModel(artifacts, directory, options)).rejects.toMatchObject({ code: 'MODEL_INCOMPLETE' });
  expect(readdirSync(join(directory, '..'))).toEqual([]);

  await artifacts.downloadDirectory('', directory);
  await artifacts.upload('weights.bin', weights);
  await downloadModel(artifacts, directory, options);
  expect((await readModel(directory, [])).card).toEqual(smallCard);
});

test('a download that breaks off leaves nothing, and the next one is whole', async () => {
  const artifacts = await uploaded();
  const real = artifacts.downloadFile.bind(artifacts);
  const breaking = vi.spyOn(artifacts, 'downloadFile').mockImplementation(async (path, ...rest) => {
    if (path === 'weights.bin') throw new Error('broken');
    await real(path, ...rest);
  });
  const directory = join(temporaryDirectory(), 'models', 'm');
  const options = { model: 'm', mayChange: false, onProgress: () => undefined };
  await expect(downloadModel(artifacts, directory, options)).rejects.toThrow('broken');
  expect(readdirSync(join(directory, '..'))).toEqual([]);
  breaking.mockRestore();
  await Promise.all([downloadModel(artifacts, directory, options), downloadModel(artifacts, directory, options)]);
  expect(readdirSync(join(directory, '..'))).toEqual(['m']);
  expect((await readModel(directory, [])).card).toEqual(smallCard);
});
