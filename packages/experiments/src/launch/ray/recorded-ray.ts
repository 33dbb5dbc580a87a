import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type NewRayJob, type RayJob, type RayNode, type RayVersion, RayClient } from './ray-client.ts';

interface Recorded {
  version: RayVersion;
  nodes: { data: { result: { result: RayNode[] } } };
  jobs: Record<'running' | 'succeeded' | 'failed' | 'killed' | 'stopped' | 'nodeLost', RayJob>;
  /** Bodies of answers that are errors. */
  alreadyExists: string;
  noLogs: string;
  noJob: string;
}

const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as Recorded;

type Answer = readonly [status: number, body: unknown];

/** Answers as Ray 2.60.0 did when it was recorded; the state of its jobs is the caller's. */
export class RecordedRay {
  readonly jobs: RayJob[] = [];
  readonly submitted: NewRayJob[] = [];
  readonly stopped: string[] = [];
  readonly logs = new Map<string, string>();
  /** By name, as they were sent. */
  readonly packages = new Map<string, Buffer>();
  /** Comes first. */
  intercept: (method: string, path: string) => Answer | undefined = () => undefined;
  /** Of the dashboard that this stands for. */
  address = '';
  readonly #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (data: Buffer) => parts.push(data));
    request.on('end', () => {
      const [method, path] = [request.method!, request.url!];
      const [status, body] = this.intercept(method, path) ?? this.#answer(method, path, Buffer.concat(parts));
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** What Ray made of a job, as it says so. */
  becomes(id: string, as: keyof Recorded['jobs']): void {
    Object.assign(
      this.jobs.find((job) => job.submission_id === id)!,
      recorded.jobs[as],
      { submission_id: id },
    );
  }

  #answer(method: string, path: string, content: Buffer): Answer {
    const [, id = '', what] = /^\/api\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (path === '/api/version') return [200, recorded.version];
    if (path.startsWith('/api/v0/nodes')) return [200, recorded.nodes];
    const [, name] = /^\/api\/packages\/gcs\/(.*)$/.exec(path) ?? [];
    if (name !== undefined && method === 'PUT') this.packages.set(name, content);
    if (name !== undefined) return this.packages.has(name) ? [200, ''] : [404, `Package gcs://${name} does not exist`];
    if (path === '/api/jobs/')
      return method === 'GET' ? [200, this.jobs] : this.#submit(JSON.parse(content.toString()) as NewRayJob);
    if (what === 'logs') return this.logs.has(id) ? [200, { logs: this.logs.get(id) }] : [500, recorded.noLogs];
    if (what !== 'stop') return [404, recorded.noJob];
    this.stopped.push(id);
    return [200, { stopped: true }];
  }

  #submit(job: NewRayJob): Answer {
    const { submission_id: id } = job;
    if (this.jobs.some((known) => known.submission_id === id)) return [500, recorded.alreadyExists];
    this.submitted.push(job);
    this.jobs.push({ ...recorded.jobs.running, submission_id: id });
    this.logs.set(id, '');
    return [200, { submission_id: id, job_id: id }];
  }
}

/** Gone after the test, with a client that does not wait long. */
export class FakeRay extends RecordedRay {
  client!: RayClient;

  static async start(): Promise<FakeRay> {
    const ray = await new FakeRay().listen();
    ray.client = new RayClient(ray.address, { pauseMs: 1 });
    onTestFinished(async () => {
      await ray.client.close();
      ray.close();
    });
    return ray;
  }
}
