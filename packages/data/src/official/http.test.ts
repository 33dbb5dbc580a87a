import { connect } from 'node:net';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { withHttp } from './http.ts';
import { mirror } from './testing/mirror.ts';

/** A proxy on this machine that notes what it was asked to connect to. */
async function proxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer().on('connect', ({ url }, client) => {
    asked.push(url!);
    const [host, port] = url!.split(':');
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) socket.on('error', () => target.destroy());
    onTestFinished(() => void target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const get = (url: string, env: NodeJS.ProcessEnv) =>
  withHttp(env, async (dispatcher) => (await request(url, { dispatcher })).body.text());

test('the proxy of the environment is used, and left out where it says so', async () => {
  const { url } = await mirror((_, response) => void response.end('here'));
  const { url: http_proxy, asked } = await proxy();
  expect(await get(url, { http_proxy })).toBe('here');
  expect(asked).toEqual([new URL(url).host]);
  expect(await get(url, { HTTP_PROXY: http_proxy, NO_PROXY: '127.0.0.1' })).toBe('here');
  expect(await get(url, {})).toBe('here');
  expect(asked).toHaveLength(1);
});
