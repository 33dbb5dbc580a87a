import { randomInt } from 'node:crypto';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GlyphlabError } from '@glyphlab/core';
import { findProcess, listProcesses } from '@glyphlab/core/process-identity';
import { locatePinned, pythonRay } from './pinned-environment.ts';

const TRIES = 3;
/** So that a lost node is noticed in some two seconds; of itself Ray takes 17. */
const QUICK_HEALTH_CHECK = {
  RAY_health_check_initial_delay_ms: '1000',
  RAY_health_check_period_ms: '500',
  RAY_health_check_failure_threshold: '4',
};

/** A Ray cluster on this machine: each node is a process with its children, as on machines of their own. */
export class RayCluster {
  // Short: Ray makes sockets below it.
  readonly #directory = mkdtempSync('/tmp/gl-ray-');
  readonly #nodes: ChildProcess[] = [];
  readonly #said: string[] = [];
  #port = 0;
  /** Of its dashboard. */
  address = '';

  /**
   * With a head that has these CPUs.
   *
   * @throws GlyphlabError if Ray is not installed, or does not start
   */
  static async start(cpus: number): Promise<RayCluster> {
    for (let tried = 1; ; tried++) {
      const cluster = new RayCluster();
      try {
        await cluster.#startHead(cpus);
        return cluster;
      } catch (error) {
        await cluster.stop();
        // Another program may take a port that was free a moment ago.
        if (tried === TRIES) throw error;
      }
    }
  }

  async #startHead(cpus: number): Promise<void> {
    const [port, dashboard] = [await freePort(), await freePort()];
    this.#port = port;
    this.address = `http://127.0.0.1:${dashboard}`;
    await this.#startNode([
      ...['--head', `--port=${port}`, '--dashboard-host=127.0.0.1', `--dashboard-port=${dashboard}`],
      ...[`--num-cpus=${cpus}`, `--temp-dir=${this.#directory}`, '--disable-usage-stats'],
    ]);
    await this.#until(async () => (await this.#nodeIds()).length === 1);
  }

  /** @returns its id, and what ends all its processes at once, as when a machine is switched off */
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
    const kill = (): void => descendants(own).forEach(killNow);
    return { id: id!, kill };
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.address + path)).json()) as T;
  }

  async stop(): Promise<void> {
    const all = descendants(this.#processes());
    for (const node of this.#nodes) node.kill('SIGTERM');
    for (let tried = 0; tried < 50 && all.some(findProcess); tried++) await sleep(200);
    // Some of its processes outlive it for a while.
    all.forEach(killNow);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #startNode(args: readonly string[]): Promise<void> {
    const agent = [`--dashboard-agent-listen-port=${await freePort()}`, `--metrics-export-port=${await freePort()}`];
    const command = ['start', ...args, ...agent, '--node-ip-address=127.0.0.1', '--block'];
    const python = locatePinned(pythonRay);
    if (python === undefined)
      throw new GlyphlabError('RAY_NOT_INSTALLED', 'Ray is not installed in the cache directory of glyphlab.');
    const own = { TMPDIR: this.#directory, RAY_TMPDIR: this.#directory, RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '1' };
    const env = { ...process.env, ...QUICK_HEALTH_CHECK, ...own };
    const ray = spawn(join(dirname(python), 'ray'), command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
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
    for (let tried = 0; tried < 150 && !this.#nodes.some(({ exitCode }) => exitCode !== null); tried++) {
      if (await condition()) return;
      await sleep(200);
    }
    throw new GlyphlabError('RAY_NOT_STARTED', `Ray does not start:\n${this.#said.join('')}`);
  }

  /** Its processes name its folder, or its port. */
  #processes(): number[] {
    const others = listProcesses().filter(({ pid }) => pid !== process.pid);
    return others
      .map(({ pid }) => pid)
      .filter((pid) => {
        const command = commandOf(pid);
        return command.includes(this.#directory) || command.includes(`127.0.0.1:${this.#port}`);
      });
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself.
  }
}

/** These processes and all that they started. */
function descendants(pids: readonly number[]): number[] {
  const all = new Set(pids);
  const known = listProcesses();
  for (let before = -1; before < all.size;) {
    before = all.size;
    for (const { pid, parent } of known) if (all.has(parent)) all.add(pid);
  }
  return [...all];
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Not one of those that the system, or Ray for its workers, gives out: Ray takes many before it comes to ours. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
