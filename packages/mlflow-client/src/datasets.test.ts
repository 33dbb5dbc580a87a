import { expect, test } from 'vitest';
import { bare, freshRun, realClient } from './testing/fresh.ts';

const dataset = (digest: string, context: string) => ({
  name: 'mnist-10k',
  digest,
  context,
  sourceType: 'local',
  source: JSON.stringify({ uri: 'mnist' }),
  schema: JSON.stringify({ mlflow_tensorspec: {} }),
  profile: JSON.stringify({ images: 8000 }),
});

test('datasets are recorded with their context, and once however often they are sent', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  const datasets = [dataset('t1', 'training'), { ...dataset('v1', 'validation'), tags: { origin: 'npm' } }];
  await client.runs.logInputs(runId, { datasets });
  await client.runs.logInputs(runId, { datasets });
  const run = await client.runs.get(runId);
  expect(run.datasets).toHaveLength(2);
  expect(run.datasets).toEqual(expect.arrayContaining([{ ...datasets[0], tags: {} }, datasets[1]]));
});

test('of two with the same name and digest MLflow keeps the first context', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  await client.runs.logInputs(runId, { datasets: [dataset('same', 'training')] });
  await client.runs.logInputs(runId, { datasets: [dataset('same', 'validation')] });
  expect((await client.runs.get(runId)).datasets.map(({ context }) => context)).toEqual(['training']);
});

test('a digest that is too long is refused, here and by the server; so is none', async () => {
  const client = realClient();
  const { runId } = await freshRun(client);
  for (const digest of ['x'.repeat(37), '']) {
    const refused = client.runs.logInputs(runId, { datasets: [dataset(digest, 'training')] });
    await expect(refused).rejects.toMatchObject({ code: 'MLFLOW_BAD_DIGEST' });
  }
  const long = { name: 'd', digest: 'x'.repeat(37), source_type: 'local', source: '{}' };
  const answer = await bare('runs/log-inputs', { run_id: runId, datasets: [{ dataset: long }] });
  expect(answer).toMatchObject({ status: 400 });
});
