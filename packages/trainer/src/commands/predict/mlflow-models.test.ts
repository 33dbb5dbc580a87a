import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { imageSize, userCacheDir } from '@glyphlab/core';
import { loadDataset } from '@glyphlab/data';
import { installServing, locateServing } from '@glyphlab/mlflow-server';
import { MlflowClient, type ModelVersion } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { imageTable, selectBackend } from '@glyphlab/nn';
import { predict } from '@glyphlab/training';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openModel } from '../../project/saved-model.ts';
import { commandFromDocs, fromDocs, output, runInNode, serve } from '../../testing/serving.ts';
import { cli, onlyRun, scratch } from '../../testing/index.ts';

const config = new URL('../../../../../configs/quickstart.yaml', import.meta.url).pathname;
const client = new MlflowClient({ trackingUri: testServerUrl() });
const name = `digits-${randomUUID()}`;
const workspace = scratch();
const elsewhere = scratch();
const picture = join(elsewhere, 'digit.png');
let version: ModelVersion;
let modelId: string;
let digits: Uint8Array;

const cacheDir = join(userCacheDir(), 'models');
const cached = (): string => join(cacheDir, modelId);

beforeAll(async () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl());
  const register = `tracking.register={ name: ${name}, alias: champion }`;
  const set = ['dataset.limit=300', 'training.epochs=2', register].flatMap((text) => ['--set', text]);
  // As after an outage: what the run could not register when it ended is registered once, however often it is sent.
  expect((await cli(['run', '--no-tracking', '--config', config, ...set], workspace)).exitCode).toBe(0);
  const run = onlyRun(workspace);
  for (const _ of ['first', 'second']) expect((await cli(['sync', run], workspace)).exitCode).toBe(0);
  version = (await client.registeredModels.getByAlias(name, 'champion'))!;
  modelId = version.source.replace('models:/', '');
  const { test: images } = await loadDataset({ type: 'mnist-10k' }, { seed: 1 });
  digits = images.images.slice(0, 20 * 784);
  const digit = sharp(digits.subarray(0, 784), { raw: { width: 28, height: 28, channels: 1 } });
  await digit.negate().resize(280).png().toFile(picture);
});
beforeEach(() => void vi.stubEnv('MLFLOW_TRACKING_URI', testServerUrl()));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cached(), { recursive: true, force: true });
});
afterAll(() => client.close());

/** What predict says of the digit. */
async function answer(model: string, cwd = elsewhere): Promise<unknown> {
  const { exitCode, stdout, stderr } = await cli(['predict', '--model', model, '--image', picture, '--json'], cwd);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

test('a run registers its model, which every name of it finds from anywhere', async () => {
  expect(version).toMatchObject({ version: '1', tags: { 'glyphlab.model': modelId } });
  const files: string[] = [];
  const artifactUri = await client.modelVersions.artifactUri(name, '1');
  for await (const { path } of client.artifacts(artifactUri).walk()) files.push(path);
  expect(files).toEqual(expect.arrayContaining(['MLmodel', 'input_example.json', 'model.onnx', 'model.json']));
  const mlModel = (await client.artifacts(artifactUri).download('MLmodel')).toString();
  expect(mlModel).toMatch(/"python_function":[^]*"signature":[^]*shape\\":\[-1,28,28,1\]/);

  const expected = await answer(join(onlyRun(workspace), 'model'));
  const names = [`models:/${name}@champion`, `models:/${name}/1`, `models:/${name}/latest`, `models:/${modelId}`];
  for (const model of [...names, `runs:/${version.runId}/model`]) {
    expect(await answer(model), model).toEqual(expected);
    expect(readdirSync(cached()).sort()).toEqual(files.sort());
    rmSync(cached(), { recursive: true });
  }
  const evaluation = await cli(['evaluate', '--model', names[0]!, '--dataset', 'mnist-10k', '--json'], elsewhere);
  expect(JSON.parse(evaluation.stdout)).toMatchObject({ count: 1000 });
});

test('without a server there is what is here: the cache for a model id, the workspace for its runs', async () => {
  const expected = await answer(`models:/${modelId}`);
  vi.stubEnv('MLFLOW_TRACKING_URI', 'http://127.0.0.1:9');
  expect(await answer(`models:/${modelId}`)).toEqual(expected);
  expect(await answer(`runs:/${version.runId}/model`, workspace)).toEqual(expected);
  const alias = await cli(['predict', '--model', `models:/${name}@champion`, '--image', picture], elsewhere);
  expect(alias).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('127.0.0.1:9') });
  // Where no server has ever been, none is started to find nothing in it.
  vi.stubEnv('MLFLOW_TRACKING_URI', '');
  const none = await cli(['predict', '--model', `models:/${name}@champion`, '--image', picture], elsewhere);
  // Someone's own server may be at the usual port.
  expect(none.stderr).toMatch(/Set MLFLOW_TRACKING_URI|no registered model/);
  expect(existsSync(join(elsewhere, '.mlflow'))).toBe(false);
});

test.each<[what: string, model: () => string, says: RegExp]>([
  ['a model misspelt', () => `models:/${name.replace('digits', 'digist')}@champion`, /Did you mean "digits-/],
  ['an alias misspelt', () => `models:/${name}@champoin`, /champion \(version 1\)[^]*Did you mean "champion"/],
  ['a version that is not there', () => `models:/${name}/7`, /no version 7[^]*It has: 1\./],
  ['a model id that is not there', () => `models:/m-${'0'.repeat(32)}`, /no model m-0000/],
  ['a run that is not there', () => `runs:/${'0'.repeat(32)}/model`, /no run 0000/],
  ['another model of the run', () => `runs:/${version.runId}/modell`, /no model "modell"[^]*It has: model\./],
  ['files that are no model', () => `runs:/${version.runId}/tables`, /MODEL_NOT_OURS[^]*per_class\.json/],
  ['a name without alias', () => `models:/${name}`, /MODEL_BAD_URI[^]*models:\/<name>@<alias>/],
  ['a run without path', () => `runs:/${version.runId}`, /MODEL_BAD_URI/],
])('%s', async (_, model, says) => {
  const { exitCode, stderr } = await cli(['predict', '--model', model(), '--image', picture], elsewhere);
  expect(stderr).toMatch(says);
  expect(exitCode).toBe(2);
});

const skipServing = locateServing() === undefined && process.env['GLYPHLAB_TEST_ALL'] === undefined;
if (skipServing) console.warn("Skipped, without Python's ONNX: npx @glyphlab/mlflow-server install --serving");

test.skipIf(skipServing)(
  "MLflow's own server and the programs of docs/serving.md say of raw pixels what predict says",
  async () => {
    const bin = join((await installServing()).venv, 'bin');
    const directory = scratch();
    const own = (text: string): string => text.replace('models:/digits@champion', `models:/${name}@champion`);
    await selectBackend({ backend: 'auto', threads: 'auto', towers: 1 });
    const { network, card } = await openModel(`models:/${name}@champion`);
    expect(digits).toHaveLength(20 * imageSize(card.imageShape));
    const table = imageTable({ images: digits, labels: new Uint8Array(20), size: 20 }, card.imageShape);
    const expected = await predict(network, table, { batchSize: 20 });
    const expectSame = (probabilities: number[][], count: number): void => {
      expect(probabilities.flat()).toHaveLength(10 * count);
      probabilities.flat().forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 4));
    };

    const url = await serve(own(commandFromDocs('mlflow models serve')), directory, bin);
    const images = Array.from({ length: 20 }, (_, n) =>
      Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_, x) => [digits[n * 784 + y * 28 + x]!])),
    );
    const served = await post(url, { inputs: { image: images } });
    expect(served.status).toBe(200);
    expectSame(((await served.json()) as Served).predictions.probabilities, 20);
    expect((await post(url, { inputs: { image: [[[[1]]]] } })).status).toBe(400);

    // The example of a request is the first of the test images, which the digits begin with.
    const exporting = own(commandFromDocs('npx glyphlab export')).split(' ').slice(2);
    expect((await cli([...exporting.slice(0, -1), join(directory, 'digits')])).exitCode).toBe(0);
    const [, path, file] = /http:\/\/127\.0\.0\.1:5001(\/\S+) .* -d @(\S+)$/.exec(commandFromDocs('curl'))!;
    expect(path).toBe('/invocations');
    const answered = await post(url, JSON.parse(readFileSync(join(directory, file!), 'utf8')) as object);
    expectSame(((await answered.json()) as Served).predictions.probabilities, 1);
    const python = await output('python', ['-c', fromDocs('python', 'onnxruntime')], directory, bin);
    expectSame(JSON.parse(python) as number[][], 1);
    expectSame(JSON.parse(await runInNode(fromDocs('js', 'onnxruntime-node'), directory)) as number[][], 1);
  },
  120_000,
);

interface Served {
  predictions: { probabilities: number[][] };
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
