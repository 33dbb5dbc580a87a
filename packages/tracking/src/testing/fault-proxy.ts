import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the proxy does to a request. `lost-answer` and `busy-after` happen after the server has done what it was asked. */
export type Fault =
  | 'none'
  | 'hang'
  | 'login-page'
  | 'swallow'
  | 'error-500'
  | 'too-large'
  | 'busy-429'
  | 'busy-503'
  | 'busy-after'
  | 'lost-answer'
  | 'reset';

const ANSWERS: Partial<Record<Fault, [status: number, body: string]>> = {
  'login-page': [200, '<html><title>Sign in</title></html>'],
  swallow: [200, ''],
  'error-500': [500, '{"error_code": "INTERNAL_ERROR", "message": "made for a test"}'],
  'too-large': [413, '<html>Request Entity Too Large</html>'],
  'busy-429': [429, 'Too many requests'],
  'busy-503': [503, '<html>Service unavailable</html>'],
  'busy-after': [503, '{"error_code": "TEMPORARILY_UNAVAILABLE", "message": "made for a test"}'],
};

/** Stands between a client and a real MLflow server and makes the faults that the server itself does not make on request. */
export class FaultProxy {
  /** Asked for every request that changes something; reads pass, so that only the drain's own care is tested. */
  fault: (method: string, path: string) => Fault | Promise<Fault> = () => 'none';
  readonly seen: string[] = [];
  readonly #server: Server;
  readonly #target: URL;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.listen(0);
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = incoming;
    this.seen.push(`${method} ${url.split('?')[0]}`);
    const fault = await this.fault(method, url);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      incoming.socket.destroy();
      return;
    }
    const isAfter = fault === 'busy-after' || fault === 'lost-answer';
    if (fault !== 'none' && !isAfter) {
      incoming.resume().on('end', () => answer(outgoing, fault));
      return;
    }
    const onward = request(
      {
        host: this.#target.hostname,
        port: this.#target.port,
        method,
        path: url,
        headers: { ...incoming.headers, host: this.#target.host },
      },
      (response) => {
        if (fault === 'none') {
          outgoing.writeHead(response.statusCode!, response.headers);
          response.pipe(outgoing);
          return;
        }
        response.resume().on('end', () => (fault === 'lost-answer' ? outgoing.destroy() : answer(outgoing, fault)));
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }
}

function answer(outgoing: ServerResponse, fault: Fault): void {
  const [status, body] = ANSWERS[fault]!;
  outgoing.writeHead(status, {
    'content-type': body.startsWith('{') ? 'application/json' : 'text/html',
    ...(status === 429 && { 'retry-after': '1' }),
  });
  outgoing.end(body);
}

/** A proxy that ends after the test. */
export async function startProxy(target: string): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(target);
  onTestFinished(() => proxy.stop());
  return proxy;
}
