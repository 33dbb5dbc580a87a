import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { RayClient } from './ray-client.ts';
import { placesOn } from './ray-cluster.ts';
import { FakeRay } from './recorded-ray.ts';

const onePlace = { cpus: 1, gpus: 0 };

test('a cluster has as many places as its nodes have room for whole members', async () => {
  // Recorded with two nodes alive, of 2 CPUs and of 1, and one that was lost.
  const { client } = await FakeRay.start();
  expect(await placesOn(client, onePlace)).toBe(3);
  expect(await placesOn(client, { cpus: 2, gpus: 0 })).toBe(1);
  await expect(placesOn(client, { cpus: 3, gpus: 0 })).rejects.toMatchObject({
    code: 'RAY_NO_ROOM',
    message: expect.stringMatching(/2 CPU.*1 CPU|1 CPU.*2 CPU/) as string,
  });
  await expect(placesOn(client, { cpus: 1, gpus: 1 })).rejects.toMatchObject({ code: 'RAY_NO_ROOM' });
});

test('an old Ray, and a server that is none, are told apart', async () => {
  const ray = await FakeRay.start();
  ray.intercept = () => [200, { version: '4', ray_version: '2.9.3' }];
  await expect(placesOn(ray.client, onePlace)).rejects.toMatchObject({
    code: 'RAY_TOO_OLD',
    message: 'Ray 2.9.3 is too old: 2.60 or later is needed.',
  });
  for (const answer of [
    [200, '<html>'],
    [404, 'Not found'],
    [200, {}],
  ] as const) {
    ray.intercept = () => answer;
    await expect(placesOn(ray.client, onePlace)).rejects.toMatchObject({ code: 'RAY_NOT_RAY' });
  }
});

test('no server, another protocol, and no address at all', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('\0\0\x04 not HTTP', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new RayClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => client.close());
  await expect(placesOn(client, onePlace)).rejects.toMatchObject({ code: 'RAY_NOT_RAY' });
  await new Promise((resolve) => server.close(resolve));
  await expect(placesOn(client, onePlace)).rejects.toMatchObject({ code: 'RAY_NO_ANSWER', where: client.address });
  expect(() => new RayClient('head:8265')).toThrow('This is not the address');
  expect(() => new RayClient('me:secret@head')).toThrow(/^(?!.*secret).*"\*\*\*@head"/);
  const known = new RayClient('http://me:sec ret@head:8265/');
  expect(known.address).toBe('http://***@head:8265');
  await known.close();
});
