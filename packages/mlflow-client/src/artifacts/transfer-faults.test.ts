import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { MlflowClient } from '../client.ts';
import { breakOff, type Handler, json, localServer, text } from '../testing/local-server.ts';

let directory: string;
beforeEach(async () => {
  directory = temporaryDirectory();
});

function artifactsOf(url: string, options: Partial<ConstructorParameters<typeof MlflowClient>[0]> = {}) {
  const client = new MlflowClient({ trackingUri: url, ...options });
  onTestFinished(() => client.close());
  return client.artifacts('mlflow-artifacts:/1/run/artifacts');
}

/** MLflow says so of every file. */
const attachment = { 'content-disposition': 'attachment; filename=file' };

const content = 'abcdefghij'.repeat(10_000);

/** Sends `part`, announces more, and breaks off. */
const half = (part: string, headers: Record<string, string>, status = 200): Handler => {
  return (_, response: ServerResponse) => {
    response.writeHead(status, headers).write(part, () => setTimeout(() => response.destroy(), 20));
  };
};

test('a download that breaks off goes on where it was', async () => {
  const { url, requests } = await localServer(
    half(content.slice(0, 40_000), { 'content-length': String(content.length), etag: '"1"' }),
    text(206, content.slice(40_000), {
      ...attachment,
      'content-range': `bytes 40000-99999/${content.length}`,
      etag: '"1"',
    }),
  );
  const file = join(directory, 'file');
  await artifactsOf(url).downloadFile('file', file);
  expect(await readFile(file, 'utf8')).toBe(content);
  expect(requests[1]!.headers).toMatchObject({ range: 'bytes=40000-', 'if-range': '"1"' });
});

test('a file that was replaced meanwhile comes whole, and a shorter one without the rest of the longer', async () => {
  const { url } = await localServer(
    half(content.slice(0, 40_000), { 'content-length': String(content.length), etag: '"1"' }),
    text(200, 'new', { ...attachment, etag: '"2"' }),
  );
  await artifactsOf(url).downloadFile('file', join(directory, 'file'));
  expect(await readFile(join(directory, 'file'), 'utf8')).toBe('new');
});

test('a download that cannot be ended leaves no file', async () => {
  const { url } = await localServer(half('abc', { 'content-length': '10' }));
  const failing = artifactsOf(url, { maxRetries: 1 }).downloadFile('file', join(directory, 'file'));
  await expect(failing).rejects.toMatchObject({ failure: 'broken', temporary: true });
  expect(await readdir(directory)).toEqual([]);
});

test('an upload is sent again whole', async () => {
  const { url, requests } = await localServer(breakOff, text(503, 'busy'), text(200, ''));
  await writeFile(join(directory, 'file'), content);
  await artifactsOf(url).uploadFile('file.png', join(directory, 'file'));
  expect(requests).toHaveLength(3);
  expect(requests[2]).toMatchObject({ method: 'PUT', body: content, headers: { 'content-type': 'image/png' } });
});

test('a login page is taken for no answer, whatever was asked', async () => {
  const { url, requests } = await localServer(text(200, '<html><title>Sign in</title><form>Password</form></html>'));
  const artifacts = artifactsOf(url);
  await writeFile(join(directory, 'file'), content);
  const foreign = { failure: 'protocol', temporary: false, message: expect.stringContaining('Sign in') as string };
  await expect(artifacts.upload('file', 'a')).rejects.toMatchObject(foreign);
  await expect(artifacts.uploadFile('file', join(directory, 'file'))).rejects.toMatchObject(foreign);
  await expect(artifacts.delete('file')).rejects.toMatchObject(foreign);
  await expect(artifacts.list()).rejects.toMatchObject(foreign);
  await expect(artifacts.download('file')).rejects.toMatchObject(foreign);
  await expect(artifacts.downloadFile('file', join(directory, 'copy'))).rejects.toMatchObject(foreign);
  expect(existsSync(join(directory, 'copy'))).toBe(false);
  expect(requests).toHaveLength(6);
  const client = new MlflowClient({ trackingUri: url });
  onTestFinished(() => client.close());
  await expect(client.runs.setTag('r', 'a', 'b')).rejects.toMatchObject(foreign);
  const nothing = await localServer(text(200, ''));
  const silent = new MlflowClient({ trackingUri: nothing.url });
  onTestFinished(() => silent.close());
  await expect(silent.runs.setTag('r', 'a', 'b')).rejects.toMatchObject({ failure: 'protocol' });
});

test('the JSON of another service is taken for no answer', async () => {
  const { url } = await localServer(json(200, { status: 'ok', message: 'Hello of another service' }));
  const client = new MlflowClient({ trackingUri: url });
  onTestFinished(() => client.close());
  const foreign = { failure: 'protocol', message: expect.stringContaining('Hello of another') as string };
  await expect(client.runs.get('r')).rejects.toMatchObject(foreign);
  await expect(client.runs.create({ experimentId: '1' })).rejects.toMatchObject(foreign);
  await expect(client.runs.update('r', { status: 'FINISHED' })).rejects.toMatchObject(foreign);
  await expect(client.loggedModels.get('m')).rejects.toMatchObject(foreign);
  await expect(client.modelVersions.get('m', '1')).rejects.toMatchObject(foreign);
  await expect(client.experiments.ensure('e')).rejects.toMatchObject(foreign);
});

test('a transfer that stands still is given up, one that is slow is not', async () => {
  const drip: Handler = (_, response) => {
    response.writeHead(200, { 'content-length': '6' });
    let sent = 0;
    const timer = setInterval(() => {
      response.write('x');
      if (++sent === 6) clearInterval(timer);
    }, 100);
  };
  const { url } = await localServer(drip, half('x', { 'content-length': '2' }));
  const artifacts = artifactsOf(url, { timeoutMs: 300, maxRetries: 0 });
  expect((await artifacts.download('slow')).toString()).toBe('xxxxxx');

  const stopping: Handler = (_, response) => void response.writeHead(200, { 'content-length': '6' }).write('x');
  const still = await localServer(stopping);
  const stopped = artifactsOf(still.url, { timeoutMs: 300, maxRetries: 0 }).download('f');
  await expect(stopped).rejects.toMatchObject({ failure: 'timeout' });
});

test('an aborted transfer ends with the reason given', async () => {
  const { url } = await localServer(half('x', { 'content-length': '100' }));
  const reason = new Error('Ctrl-C');
  const abort = AbortSignal.abort(reason);
  await expect(artifactsOf(url).download('file', { signal: abort })).rejects.toBe(reason);
});

const env = { MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: '10', MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: '4' };

/** A storage with signed addresses behind the server; part 2 fails at first. */
async function partServer({ fails }: { fails: number }) {
  const parts: Record<string, string> = {};
  let failures = 0;
  const server = await localServer((request, response, body) => {
    const address = new URL(request.url!, 'http://x');
    if (address.pathname.includes('/mpu/create/')) {
      const { num_parts } = JSON.parse(body) as { num_parts: number };
      const credentials = Array.from({ length: num_parts }, (_, i) => ({
        url: `${server.url}/store?part=${i + 1}&signature=SECRET`,
        part_number: i + 1,
        headers: { 'x-part': String(i + 1) },
      }));
      return json(200, { upload_id: 'u1', credentials })(request, response, body);
    }
    if (address.pathname === '/store') {
      const part = address.searchParams.get('part')!;
      if (part === '2' && failures++ < fails) return text(fails > 3 ? 403 : 503, 'no')(request, response, body);
      parts[part] = body;
      return response.writeHead(200, { etag: `"e${part}"` }).end();
    }
    return json(200, {})(request, response, body);
  });
  const called = (what: string) => server.requests.filter(({ url }) => url.includes(`/mpu/${what}/`));
  return { url: server.url, parts, called };
}

test('a large file goes in parts where the storage takes them, each sent again by itself', async () => {
  const { url, parts, called } = await partServer({ fails: 1 });
  await writeFile(join(directory, 'file'), '0123456789ab!');
  const done: number[] = [];
  const onProgress = ({ done: bytes }: { done: number }) => done.push(bytes);
  await artifactsOf(url, { env }).uploadFile('model/weights.bin', join(directory, 'file'), { onProgress });
  expect(parts).toEqual({ 1: '0123', 2: '4567', 3: '89ab', 4: '!' });
  expect(done.at(-1)).toBe(13);
  expect(called('create')[0]!.url).toBe('/api/2.0/mlflow-artifacts/mpu/create/1/run/artifacts/model');
  expect(JSON.parse(called('complete')[0]!.body)).toEqual({
    path: 'weights.bin',
    upload_id: 'u1',
    parts: [1, 2, 3, 4].map((part) => ({
      part_number: part,
      etag: `"e${part}"`,
      url: `${url}/store?part=${part}&signature=SECRET`,
    })),
  });
});

test('an upload in parts that fails is taken back, and its signature shown to nobody', async () => {
  const { url, called } = await partServer({ fails: 99 });
  await writeFile(join(directory, 'file'), '0123456789ab');
  const failing = artifactsOf(url, { env }).uploadFile('f', join(directory, 'file'));
  const error = await failing.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ status: 403, url: `${url}/store` });
  expect(called('abort')).toHaveLength(1);
  expect(called('complete')).toHaveLength(0);
  expect(existsSync(join(directory, 'file'))).toBe(true);
});

/** Never ends a file. */
const endless: Handler = (_, response) => {
  response.writeHead(200);
  const more = (): void => void (response.destroyed || response.write('x'.repeat(100_000), () => setImmediate(more)));
  more();
};

test('a file that is longer than listed is given up, one that is shorter refused; neither is kept or asked for again', async () => {
  const { url, requests } = await localServer(endless);
  const artifacts = artifactsOf(url);
  const longer = { failure: 'protocol', message: expect.stringContaining('longer than the 1000 bytes') };
  await expect(artifacts.downloadFile('f', join(directory, 'f'), { size: 1000 })).rejects.toMatchObject(longer);
  await expect(artifacts.download('f', { size: 1000 })).rejects.toMatchObject(longer);
  expect(requests).toHaveLength(2);

  const short = artifactsOf((await localServer(text(200, 'abc', attachment))).url);
  const shorter = { failure: 'protocol', message: expect.stringContaining('3 bytes long, not the 1000') };
  await expect(short.downloadFile('f', join(directory, 'f'), { size: 1000 })).rejects.toMatchObject(shorter);
  await expect(short.download('f', { size: 1000 })).rejects.toMatchObject(shorter);
  expect(await readdir(directory)).toEqual([]);
});

test('a directory comes with the sizes that its listing has', async () => {
  const { url } = await localServer(json(200, { files: [{ path: 'a', file_size: 1000 }] }), endless);
  const failing = artifactsOf(url).downloadDirectory('', directory);
  await expect(failing).rejects.toMatchObject({ failure: 'protocol' });
});

test('folders in folders without an end are given up', async () => {
  const { url, requests } = await localServer(json(200, { files: [{ path: 'a', is_dir: true }] }));
  const walking = (async () => {
    for await (const _ of artifactsOf(url).walk('', { maxEntries: 20 }));
  })();
  await expect(walking).rejects.toMatchObject({ code: 'MLFLOW_ENDLESS_LISTING' });
  expect(requests).toHaveLength(21);
});
