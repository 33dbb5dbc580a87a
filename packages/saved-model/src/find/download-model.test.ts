import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ArtifactDirectory, MlflowClient } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { readModel } from '../read/read-model.ts';
import { scratch } from '../testing/scratch.ts';
import { smallCard, smallModel } from '../testing/small-model.ts';
import { writeModel } from '../write/write-model.ts';
import { downloadModel } from './download-model.ts';

const client = new MlflowClient({ trackingUri: testServerUrl() });
afterAll(() => client.close());

/** A model on a real server. */
async function uploaded(): Promise<ArtifactDirectory> {
  const directory = join(scratch(), 'model');
  await writeModel(directory, smallModel(), smallCard, { onMessage: () => undefined });
  const experimentId = await client.experiments.create({ name: `test ${randomUUID()}` });
  const run = await client.runs.create({ experimentId });
  const artifacts = client.artifacts(`${run.artifactUri}/model`);
  await artifacts.uploadDirectory('', directory);
  return artifacts;
}

test('a download that breaks off leaves nothing, and the next one is whole', async () => {
  const artifacts = await uploaded();
  const real = artifacts.downloadFile.bind(artifacts);
  const breaking = vi.spyOn(artifacts, 'downloadFile').mockImplementation(async (path, ...rest) => {
    if (path === 'weights.bin') throw new Error('broken');
    await real(path, ...rest);
  });
  const directory = join(scratch(), 'models', 'm');
  const options = { model: 'm', mayChange: false, onProgress: () => undefined };
  await expect(downloadModel(artifacts, directory, options)).rejects.toThrow('broken');
  expect(readdirSync(join(directory, '..'))).toEqual([]);
  breaking.mockRestore();
  await Promise.all([downloadModel(artifacts, directory, options), downloadModel(artifacts, directory, options)]);
  expect(readdirSync(join(directory, '..'))).toEqual(['m']);
  expect((await readModel(directory, [])).card).toEqual(smallCard);
});
