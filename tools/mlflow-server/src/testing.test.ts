import { expect, test } from 'vitest';
import { testServerUrl } from './testing.ts';

test('all tests of a package share a server that answers as MLflow', async () => {
  const answer = await fetch(`${testServerUrl()}/api/2.0/mlflow/experiments/search?max_results=10`);
  expect(await answer.json()).toMatchObject({ experiments: [{ experiment_id: '0', name: 'Default' }] });
});
