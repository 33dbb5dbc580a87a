import { describe, expect, test } from 'vitest';
import { checkAlias, checkExperimentName, checkKey, checkModelName, limits } from './limits.ts';
import { bare, freshRun, realClient } from './testing/fresh.ts';

const keys = ['a b', 'a:b', 'ünï', '日本', '𝒳', '²', '_', '-', 'a.b/c', 'x'.repeat(250)];
const badKeys = [
  '',
  '.',
  '..',
  '...',
  '..a',
  'a/',
  '/a',
  'a//b',
  './a',
  'a/../b',
  'a@b',
  'a%b',
  'a\\b',
  'x'.repeat(251),
];

describe('a key is refused exactly if the server refuses it', () => {
  test('good ones pass', async () => {
    const { runId: run_id } = await freshRun(realClient());
    for (const key of keys) {
      expect(() => checkKey('metric', key)).not.toThrow();
      expect(await bare('runs/set-tag', { run_id, key, value: '1' })).toMatchObject({ status: 200 });
    }
  });

  test('bad ones do not', async () => {
    const { runId: run_id } = await freshRun(realClient());
    for (const key of badKeys) {
      expect(() => checkKey('metric', key), key).toThrow(expect.objectContaining({ code: 'MLFLOW_BAD_KEY' }));
      expect(await bare('runs/log-metric', { run_id, key, value: 1, timestamp: 1, step: 0 })).toMatchObject({
        status: 400,
      });
    }
  });
});

test('params and tags are kept whole up to the length where the server would cut them, and refused above', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  const longest = { param: '𝒳'.repeat(limits.paramLength), tag: 'y'.repeat(limits.tagLength) };
  await client.runs.logBatch(runId, { params: { p: longest.param }, tags: { t: longest.tag } });
  const { params, tags } = await client.runs.get(runId);
  expect(params['p']).toBe(longest.param);
  expect(tags['t']).toBe(longest.tag);

  const param = client.runs.logParam(runId, 'q', `${longest.param}!`);
  await expect(param).rejects.toMatchObject({ code: 'MLFLOW_PARAM_TOO_LONG', kind: 'wrongInput' });
  const tag = client.runs.setTag(runId, 'u', `${longest.tag}!`);
  await expect(tag).rejects.toMatchObject({ code: 'MLFLOW_TAG_TOO_LONG' });
  // Why: it would say nothing.
  await bare('runs/log-parameter', { run_id: runId, key: 'cut', value: `${longest.param}!` });
  expect((await client.runs.get(runId)).params['cut']).toBe(longest.param);
});

test.each(['', '   ', 'x'.repeat(501)])('the experiment name "%.4s" is refused', (name) => {
  expect(() => checkExperimentName(name)).toThrow(expect.objectContaining({ code: 'MLFLOW_BAD_NAME' }));
});

test('names and aliases of registered models are refused exactly if the server refuses them, but for quotes', async () => {
  const model = `limits ${Math.random()}`;
  const client = realClient();
  await client.registeredModels.create({ name: model });
  const { runId: run_id } = await freshRun(client);
  await bare('model-versions/create', { name: model, source: `runs:/${run_id}/model`, run_id });
  const aliases = ['champion', 'Ü-1_x', 'vv1', 'a b', 'a.b', '', 'latest', 'V2', 'x'.repeat(255), 'x'.repeat(256)];
  for (const alias of aliases) {
    const { status } = await bare('registered-models/alias', { name: model, alias, version: '1' });
    expect(
      passes(() => checkAlias(alias)),
      alias,
    ).toBe(status === 200);
  }
  for (const name of [' ', 'a/b', 'a:b', '..', '.', 'x'.repeat(256), `${model} @é`]) {
    const { status } = await bare('registered-models/create', { name });
    expect(
      passes(() => checkModelName(name)),
      name,
    ).toBe(status === 200);
  }
  expect(passes(() => checkModelName("it's"))).toBe(false);
});

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
