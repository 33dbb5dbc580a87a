import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;

/**
 * A server of the test's own, for faults that a real one cannot be made to have. Its handlers answer one request each, the last one
 * all that follow. Ends with the test.
 */
export async function localServer(...handlers: [Handler, ...Handler[]]) {
  const requests: { method: string; url: string; body: string; headers: IncomingMessage['headers'] }[] = [];
  const listener: RequestListener = (request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)]!;
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: '' };
    requests.push(entry);
    request.on('data', (chunk: Buffer) => (entry.body += chunk.toString('latin1')));
    request.on('end', () => handler(request, response, entry.body));
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

export const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

export const text =
  (status: number, body: string, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);

/** Never answers. */
export const hang: Handler = () => undefined;

/** Closes the connection without an answer. */
export const breakOff: Handler = (request) => request.socket.destroy();
