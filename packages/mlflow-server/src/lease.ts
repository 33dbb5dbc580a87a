import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST } from './server-process.ts';

/** The state file of a shared server, as `serve.py` writes it. */
export interface ServerState {
  pid: number;
  port: number;
  leasePort: number;
  token: string;
}

export async function readState(file: string): Promise<ServerState | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ServerState;
  } catch {
    return undefined;
  }
}

/** Longer than a server takes to end. */
const endMs = 10_000;
const welcomeMs = 5_000;

/**
 * A place at a running server: a connection that its kernel closes when either side dies. Undefined if there is no such server:
 * it has ended, is about to, or something else has got its port.
 */
export async function takeLease({
  leasePort,
  token,
}: Pick<ServerState, 'leasePort' | 'token'>): Promise<Lease | undefined> {
  const socket = connect(leasePort, HOST);
  const welcomed = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => socket.write(`${token}\n`));
    socket.once('data', (data) => resolve(data.toString() === 'welcome\n'));
    socket.once('error', () => resolve(false)).once('close', () => resolve(false));
    socket.setTimeout(welcomeMs, () => resolve(false));
  });
  if (!welcomed) {
    socket.destroy();
    return undefined;
  }
  socket.setTimeout(0);
  // Whoever forgets to give it up is not kept alive by it.
  socket.unref();
  return new Lease(socket);
}

export class Lease {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    // A server that is killed resets it.
    socket.on('error', () => undefined).resume();
  }

  /** Resolves when the server has closed it: at once if others stay, else when the server is gone. */
  async giveUp(): Promise<void> {
    this.#socket.ref();
    this.#socket.end();
    const limit = new AbortController();
    await Promise.race([this.#closed, sleep(endMs, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
    this.#socket.destroy();
  }
}
