import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { locatePinned, pythonRay } from '@glyphlab/python';

/** Undefined where Ray is not installed: `npx nx run python:ray`. */
export const rayPython = locatePinned(pythonRay);

/** A Ray cluster on this machine: each node is a process with its children, as on machines of their own. */
export class RayCluster {
  // Short: Ray makes sockets below it.
  readonly #directory = mkdtempSync('/tmp/gl-ray-');
  readonly #nodes: ChildProcess[] = [];
  readonly #said: string[] = [];
  #port = 0;
  address = '';

  /** With a head that has these CPUs. */
  static async start(cpus: number): Promise<RayCluster> {
    const cluster = new RayCluster();
    const [port, dashboard] = [await freePort(), await freePort()];
    cluster.#port = port;
    cluster.address = `http://127.0.0.1:${dashboard}`;
    await cluster.#startNode([
      ...['--head', `--port=${port}`, '--dashboard-host=127.0.0.1', `--dashboard-port=${dashboard}`],
      ...[`--num-cpus=${cpus}`, `--temp-dir=${cluster.#directory}`, '--disable-usage-stats'],
    ]);
    await cluster.#until(async () => (await cluster.#nodeIds()).length === 1);
    return cluster;
  }

  /** @returns kills the node, all at once */
  async addNode(cpus: number): Promise<{ id: string; kill: () => void }> {
    const before = await this.#nodeIds();
    const others = new Set(this.#processes());
    await this.#startNode([`--address=127.0.0.1:${this.#port}`, `--num-cpus=${cpus}`]);
    let id: string | undefined;
    await this.#until(async () => {
      id = (await this.#nodeIds()).find((known) => !before.includes(known));
      return id !== undefined;
    });
    const own = this.#processes().filter((pid) => !others.has(pid));
    const raylets = own.filter((pid) => /\/raylet\0/.test(commandOf(pid)));
    return { id: id!, kill: () => raylets.forEach((pid) => process.kill(pid, 'SIGKILL')) };
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.address + path)).json()) as T;
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes) node.kill('SIGTERM');
    for (let tried = 0; tried < 50 && this.#processes().length > 0; tried++) await sleep(200);
    for (const pid of this.#processes()) process.kill(pid, 'SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #startNode(args: readonly string[]): Promise<void> {
    const agent = [`--dashboard-agent-listen-port=${await freePort()}`, `--metrics-export-port=${await freePort()}`];
    const command = ['start', ...args, ...agent, '--node-ip-address=127.0.0.1', '--block'];
    const env = { ...process.env, RAY_TMPDIR: this.#directory, RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '1' };
    const ray = spawn(join(dirname(rayPython!), 'ray'), command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [ray.stdout, ray.stderr]) stream.on('data', (text) => this.#said.push(String(text)));
    this.#nodes.push(ray);
  }

  async #nodeIds(): Promise<string[]> {
    const answer = await this.get<{ data: { result: { result: { node_id: string; state: string }[] } } }>(
      '/api/v0/nodes?detail=1',
    ).catch(() => undefined);
    const nodes = answer?.data.result.result ?? [];
    return nodes.filter(({ state }) => state === 'ALIVE').map(({ node_id: id }) => id);
  }

  async #until(condition: () => Promise<boolean>): Promise<void> {
    for (let tried = 0; tried < 300; tried++) {
      if (await condition()) return;
      await sleep(200);
    }
    await this.stop();
    throw new Error(`Ray does not start:\n${this.#said.join('')}`);
  }

  /** Its processes name its folder, or its port. */
  #processes(): number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    return pids.map(Number).filter((pid) => {
      const command = commandOf(pid);
      return command.includes(this.#directory) || command.includes(`127.0.0.1:${this.#port}`);
    });
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
