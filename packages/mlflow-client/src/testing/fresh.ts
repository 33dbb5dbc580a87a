import { randomUUID } from 'node:crypto';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { onTestFinished } from 'vitest';
import { MlflowClient } from '../client.ts';

/** A client of the real server. Ends with the test. */
export function realClient(): MlflowClient {
  const client = new MlflowClient({ trackingUri: testServerUrl() });
  onTestFinished(() => client.close());
  return client;
}

/** An experiment that no other test uses. */
export const freshExperiment = (client: MlflowClient): Promise<string> =>
  client.experiments.create({ name: `test ${randomUUID()}` });

/** A run of its own in an experiment of its own. */
export const freshRun = async (client: MlflowClient) =>
  client.runs.create({ experimentId: await freshExperiment(client) });

/** A call as anybody could make it, past the checks of this client. */
export async function bare(path: string, body: unknown): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${testServerUrl()}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}
