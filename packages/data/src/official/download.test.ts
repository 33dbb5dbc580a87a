import type { Progress } from '@glyphlab/core';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { download, DownloadFailed, type DownloadOptions } from './download.ts';
import { withHttp } from './http.ts';
import { sha256 } from './testing/idx-files.ts';
import { answering, breakingOff, mirror, serving, stalling, type Handler } from './testing/mirror.ts';

const data = randomBytes(200_000);
const file = { name: 'images.gz', bytes: data.length, sha256: sha256(data) };
const good = serving({ 'images.gz': data });

/** Whole and unchanged? Comparing byte by byte through expect takes long. */
const whole = (received: Buffer): boolean => received.equals(data);

const get = (mirrors: string[], options: Partial<DownloadOptions> = {}) =>
  withHttp({}, (dispatcher) => download(file, mirrors, { dispatcher, pauseMs: 1, stallMs: 5_000, ...options }));

/** The failures, if no mirror gave the file. */
async function failures(mirrors: string[], options: Partial<DownloadOptions> = {}) {
  const error = await get(mirrors, options).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(DownloadFailed);
  return (error as DownloadFailed).failures.map(({ reason }) => reason);
}

test('a file comes whole, with progress', async () => {
  const { url } = await mirror(good);
  const progress: Progress[] = [];
  expect(whole(await get([url], { onProgress: (step) => progress.push(step) }))).toBe(true);
  expect(progress.at(-1)).toEqual({ label: 'Downloading images.gz', done: 200_000, total: 200_000, unit: 'bytes' });
});

test.each<[what: string, handler: Handler]>([
  ['says 404', answering(404)],
  ['says 403', answering(403)],
  ['sends another file', serving({ 'images.gz': randomBytes(200_000) })],
  ['sends too much', serving({ 'images.gz': Buffer.concat([data, data]) })],
  ['sends a web page', serving({ 'images.gz': Buffer.from('<html>') })],
])('where one mirror %s, the next is asked', async (_, handler) => {
  const [first, second] = [await mirror(handler), await mirror(good)];
  expect(whole(await get([first.url, second.url]))).toBe(true);
  expect(first.requests).toHaveLength(1);
});

test('a mirror without the file does not lose what another one sent', async () => {
  const mirrors = [await mirror(breakingOff(data, 120_000)), await mirror(answering(404)), await mirror(good)];
  expect(whole(await get(mirrors.map(({ url }) => url)))).toBe(true);
  expect(mirrors[2]!.requests[0]!.range).toBe('bytes=120000-');
});

test('the next mirror goes on where the first broke off', async () => {
  const [first, second] = [await mirror(breakingOff(data, 120_000)), await mirror(good)];
  expect(whole(await get([first.url, second.url]))).toBe(true);
  expect(second.requests.map(({ range }) => range)).toEqual(['bytes=120000-']);
});

test('a mirror that knows no ranges starts again', async () => {
  const unranged: Handler = (_, response) => void response.end(data);
  const [first, second] = [await mirror(breakingOff(data, 120_000)), await mirror(unranged)];
  expect(whole(await get([first.url, second.url]))).toBe(true);
});

test('what a bad mirror began and a good one ended is fetched anew', async () => {
  const [bad, second] = [await mirror(breakingOff(randomBytes(200_000), 120_000)), await mirror(good)];
  expect(whole(await get([bad.url, second.url]))).toBe(true);
  expect(second.requests.map(({ range }) => range)).toContain(undefined);
});

test('a mirror that sends nothing more is left', async () => {
  const [first, second] = [await mirror(stalling(data)), await mirror(good)];
  expect(whole(await get([first.url, second.url], { stallMs: 150 }))).toBe(true);
});

test('a busy mirror is asked a second time, after the others', async () => {
  let asked = 0;
  const busyOnce: Handler = (request, response) => (asked++ === 0 ? answering(503) : good)(request, response);
  const [busy, gone] = [await mirror(busyOnce), await mirror(answering(404))];
  expect(whole(await get([busy.url, gone.url]))).toBe(true);
  expect(busy.requests).toHaveLength(2);
  expect(gone.requests).toHaveLength(1);
});

test('redirects are followed', async () => {
  const target = await mirror(good);
  const { url } = await mirror(answering(302, { location: `${target.url}images.gz` }));
  expect(whole(await get([url]))).toBe(true);
});

test('when all fail, each says why', async () => {
  const [gone, wrong, cut] = [
    await mirror(answering(404)),
    await mirror(serving({ 'images.gz': Buffer.alloc(200_000) })),
    await mirror(breakingOff(data, 5)),
  ];
  const closed = 'http://127.0.0.1:1/';
  expect(await failures([gone.url, wrong.url, closed])).toEqual([
    'status 404',
    expect.stringMatching(/^wrong checksum: sha256 [0-9a-f]{64}, expected /),
    expect.stringContaining('ECONNREFUSED'),
  ]);
  expect(await failures([cut.url])).toHaveLength(1);
});

test('an abort ends it with its own reason', async () => {
  const { url } = await mirror(stalling(data));
  const reason = new Error('stop');
  const controller = new AbortController();
  const stopping = get([url], { signal: controller.signal, onProgress: () => controller.abort(reason) });
  await expect(stopping).rejects.toBe(reason);
});
