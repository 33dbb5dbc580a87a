import { collect } from '@glyphlab/core';
import { expect, onTestFinished, test } from 'vitest';
import { MlflowClient } from '../client.ts';
import { type Handler, json, localServer } from '../testing/local-server.ts';

const searches: [what: string, search: (client: MlflowClient) => AsyncIterable<unknown>][] = [
  ['runs', ({ runs }) => runs.search({ experimentIds: ['1'] })],
  ['a metric', ({ runs }) => runs.metricHistory('1', 'loss')],
  ['experiments', ({ experiments }) => experiments.search()],
  ['registered models', ({ registeredModels }) => registeredModels.search()],
  ['model versions', ({ modelVersions }) => modelVersions.search()],
  ['logged models', ({ loggedModels }) => loggedModels.search({ experimentIds: ['1'] })],
];

async function clientOf(handler: Handler) {
  const { url, requests } = await localServer(handler);
  const client = new MlflowClient({ trackingUri: url });
  onTestFinished(() => client.close());
  return { client, requests };
}

const endless = { failure: 'protocol', temporary: false, message: expect.stringContaining('has no end') as string };

test.each(searches)('a listing of %s whose last page comes again and again is given up', async (_, search) => {
  const { client, requests } = await clientOf(json(200, { next_page_token: 'again' }));
  await expect(collect(search(client))).rejects.toMatchObject(endless);
  expect(requests).toHaveLength(2);
});

test.each(searches)('a listing of %s with ever more empty pages is given up', async (_, search) => {
  let page = 0;
  const { client, requests } = await clientOf((...call) => json(200, { next_page_token: String(++page) })(...call));
  await expect(collect(search(client))).rejects.toMatchObject(endless);
  expect(requests.length).toBeLessThanOrEqual(100);
});
