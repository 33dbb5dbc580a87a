import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { startServer } from '@glyphlab/mlflow-server';
import { ContestantProcess } from '../train/contestant-process.ts';
import { type Contestant, typescript, wholeBatches } from '../train/contestants.ts';
import { type Participant, runRounds } from '../train/rounds.ts';
import type { Surroundings } from '../commands.ts';

export interface HangOptions {
  rounds: number;
  /** Of an epoch. */
  images: number;
  /** Measured each time, after one that warms up. */
  epochs: number;
}

/** Seconds of an epoch with each kind of tracking, one number a round. */
export type EpochSeconds = Record<'none' | 'answers' | 'hangs', number[]>;

const BATCH = 64;

/**
 * What tracking adds to an epoch of real training: with a real server, and with one that accepts every connection and never answers,
 * beside no tracking at all (no journal, no thread). They take turns, each time in a new process.
 */
export async function epochsWithTracking(
  { rounds, images, epochs }: HangOptions,
  surroundings: Surroundings,
): Promise<EpochSeconds> {
  const directory = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  const hanging = await startHangingServer();
  const server = await startServer({ directory: join(directory, 'server'), workers: 1 });
  const participant = (id: keyof EpochSeconds, ...url: string[]): Participant => {
    const args = url.length > 0 ? [...url, id] : [];
    const command = typescript('../tracking/epoch-contestant.ts', join(directory, id), ...args);
    return inNewProcess({ id, command, images: wholeBatches(images) }, epochs, surroundings.signal);
  };
  try {
    const ways = [participant('none'), participant('answers', server.url), participant('hangs', hanging.url)];
    const series = await runRounds(ways, { batches: [BATCH], rounds, ...surroundings });
    if (hanging.accepted() === 0)
      throw new GlyphlabError('BENCH_NOT_HUNG', 'Nothing was sent to the server that hangs.');
    return Object.fromEntries(
      series.map(({ contestant, imagesPerSecond }) => [
        contestant,
        imagesPerSecond.map((rate) => wholeBatches(images)(BATCH) / rate),
      ]),
    ) as EpochSeconds;
  } finally {
    await hanging.stop();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A contestant that is there only while it runs, so that its thread and its server rest while another is measured. */
const inNewProcess = (contestant: Contestant, epochs: number, signal: AbortSignal): Participant => ({
  contestant,
  async run(request) {
    const process = await ContestantProcess.start(contestant, { signal });
    try {
      await process.run(request);
      let seconds = 0;
      for (let epoch = 0; epoch < epochs; epoch++) seconds += 1 / (await process.run(request)).imagesPerSecond;
      return { imagesPerSecond: epochs / seconds };
    } finally {
      await process.end();
    }
  },
});

/** Accepts connections, reads what comes, and never answers. */
interface HangingServer {
  url: string;
  /** How many connections it has accepted. */
  accepted(): number;
  stop(): Promise<void>;
}

async function startHangingServer(): Promise<HangingServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.resume().on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted: () => accepted,
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
