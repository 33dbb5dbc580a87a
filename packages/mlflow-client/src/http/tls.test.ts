import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { generate } from 'selfsigned';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { MlflowClient } from '../client.ts';

let directory: string;
let server: { private: string; cert: string };
let person: { private: string; cert: string };

beforeAll(async () => {
  directory = temporaryDirectory();
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }];
  server = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keySize: 2048, extensions });
  person = await generate([{ name: 'commonName', value: 'ada' }], { keySize: 2048 });
  await writeFile(join(directory, 'ca.pem'), server.cert);
  await writeFile(join(directory, 'ada.pem'), person.private + person.cert);
});

/** Answers with the name in the certificate of whoever asks. */
async function secureServer(options: ServerOptions = {}) {
  const listening = createServer({ key: server.private, cert: server.cert, ...options }, (request, response) => {
    const name = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
    response.end(JSON.stringify({ run: { info: { run_id: name ?? 'nobody', experiment_id: '1' } } }));
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

async function ask(trackingUri: string, env: NodeJS.ProcessEnv): Promise<string> {
  const client = new MlflowClient({ trackingUri, env, maxRetries: 0 });
  try {
    return (await client.runs.get('r')).runId;
  } finally {
    await client.close();
  }
}

test('a certificate is trusted if its authority is named, or if any is', async () => {
  const url = await secureServer();
  await expect(ask(url, {})).rejects.toMatchObject({
    code: 'MLFLOW_CONNECTION_TLS',
    temporary: false,
    hint: expect.stringContaining('MLFLOW_TRACKING_SERVER_CERT_PATH'),
  });
  expect(await ask(url, { MLFLOW_TRACKING_SERVER_CERT_PATH: join(directory, 'ca.pem') })).toBe('nobody');
  expect(await ask(url, { MLFLOW_TRACKING_INSECURE_TLS: 'true' })).toBe('nobody');
});

test('a client certificate says who asks', async () => {
  const url = await secureServer({ requestCert: true, rejectUnauthorized: true, ca: person.cert });
  const env = { MLFLOW_TRACKING_SERVER_CERT_PATH: join(directory, 'ca.pem') };
  await expect(ask(url, env)).rejects.toMatchObject({ name: 'MlflowConnectionError' });
  expect(await ask(url, { ...env, MLFLOW_TRACKING_CLIENT_CERT_PATH: join(directory, 'ada.pem') })).toBe('ada');
});

test('a server that speaks no TLS is no server to trust', async () => {
  const { localServer, hang } = await import('../testing/local-server.ts');
  const { url } = await localServer(hang);
  await expect(ask(url.replace('http:', 'https:'), {})).rejects.toMatchObject({ failure: 'tls' });
});
