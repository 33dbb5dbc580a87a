import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine, gone after the test, and the requests it got. */
export async function mirror(
  handler: Handler,
): Promise<{ url: string; requests: { path: string; range: string | undefined }[] }> {
  const requests: { path: string; range: string | undefined }[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url!, range: request.headers.range });
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`, requests };
}

/** Serves files by their names, with ranges. */
export const serving =
  (files: Readonly<Record<string, Buffer | undefined>>): Handler =>
  (request, response) => {
    const data = files[request.url!.split('/').at(-1)!];
    if (!data) {
      response.writeHead(404).end('not here');
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { 'content-length': data.length - start };
    if (start > 0)
      response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${data.length - 1}/${data.length}` });
    else response.writeHead(200, headers);
    response.end(data.subarray(start));
  };

/** Sends the first bytes of a file, then breaks the connection off. */
export const breakingOff =
  (data: Buffer, after: number): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': data.length });
    response.write(data.subarray(0, after), () => response.destroy());
  };

/** Sends a little and then nothing more, without end. */
export const stalling =
  (data: Buffer): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': data.length });
    response.write(data.subarray(0, 10));
  };

export const answering =
  (status: number, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(status, headers).end();
  };
