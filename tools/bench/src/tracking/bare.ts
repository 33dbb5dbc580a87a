import { Agent, request } from 'node:http';

const POINTS_A_REQUEST = 1000;

/**
 * What the server can take: ready-made bodies of 1000 points, one after the other on one connection, with nothing around it
 * but Node's own HTTP.
 *
 * @returns seconds for all points
 */
export async function bareHttp(server: string, points: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const post = (path: string, body: object | string) =>
      send(agent, new URL(`api/2.0/mlflow/${path}`, `${server}/`), body);
    const experimentId = await experiment(post);
    const { run } = (await post('runs/create', { experiment_id: experimentId, start_time: Date.now() })) as {
      run: { info: { run_id: string } };
    };
    const bodies = makeBodies(run.info.run_id, points);
    const start = performance.now();
    for (const body of bodies) await post('runs/log-batch', body);
    return (performance.now() - start) / 1000;
  } finally {
    agent.destroy();
  }
}

type Post = (path: string, body: object | string) => Promise<unknown>;

async function experiment(post: Post): Promise<string> {
  const found = (await post('experiments/search', { max_results: 1, filter: "name = 'bench'" })) as {
    experiments?: { experiment_id: string }[];
  };
  return (
    found.experiments?.[0]?.experiment_id ??
    ((await post('experiments/create', { name: 'bench' })) as { experiment_id: string }).experiment_id
  );
}

function makeBodies(runId: string, points: number): string[] {
  const timestamp = Date.now();
  const bodies: string[] = [];
  for (let first = 0; first < points; first += POINTS_A_REQUEST) {
    const length = Math.min(POINTS_A_REQUEST, points - first);
    const metrics = Array.from({ length }, (_, i) => ({
      key: 'train/loss',
      value: 1 / (first + i + 1),
      timestamp,
      step: first + i,
    }));
    bodies.push(JSON.stringify({ run_id: runId, metrics }));
  }
  return bodies;
}

async function send(agent: Agent, url: URL, body: object | string): Promise<unknown> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method: 'POST', headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        if (incoming.statusCode === 200) resolve(JSON.parse(answer));
        else reject(new Error(`${url.pathname} answered ${incoming.statusCode}: ${answer}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}
