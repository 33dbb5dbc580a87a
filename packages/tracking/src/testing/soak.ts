import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MlflowClient } from '@glyphlab/mlflow-client';
import { installMlflow, startServer, type MlflowServer } from '@glyphlab/mlflow-server';
import { syncRuns, type SyncedRun } from '../sync/sync.ts';
import { countFaults, type SoakCount } from './soak-count.ts';

const WRITER = fileURLToPath(new URL('./soak-writer.ts', import.meta.url));

export interface SoakOptions {
  trainerKills: number;
  serverKills: number;
  steps: number;
  log: (text: string) => void;
}

export interface SoakReport extends SoakCount {
  trainerKills: number;
  serverKills: number;
}

/**
 * Kills a trainer and its server with SIGKILL at random moments, lets the trainer resume each time, and counts in the end what
 * the server has too little and too much.
 */
export async function soak({ trainerKills, serverKills, steps, log }: SoakOptions): Promise<SoakReport> {
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-soak-'));
  await installMlflow();
  const serverDirectory = join(directory, 'server');
  let server = await startServer({ directory: serverDirectory });
  const { port, url } = server;
  let writer: ChildProcess | undefined;
  const done = { trainerKills: 0, serverKills: 0 };
  try {
    const killServers = async (): Promise<void> => {
      while (done.serverKills < serverKills) {
        await sleep(Math.random() * 3000);
        server.kill();
        done.serverKills++;
        log(`server killed (${done.serverKills})`);
        await sleep(Math.random() * 1500);
        server = await restart(serverDirectory, port);
      }
    };
    const killTrainers = async (): Promise<void> => {
      for (;;) {
        writer = spawn(process.execPath, ['--import', 'tsx', WRITER, directory, url, String(steps)], {
          stdio: 'inherit',
        });
        const exit = once(writer, 'exit');
        if (done.trainerKills >= trainerKills && done.serverKills >= serverKills) {
          await exit;
          return;
        }
        // The first moments are only the start of Node.
        const ended = await Promise.race([exit, sleep(400 + Math.random() * 2000)]);
        if (ended) continue;
        writer.kill('SIGKILL');
        await exit;
        done.trainerKills++;
        log(`trainer killed (${done.trainerKills})`);
        if (Math.random() < 0.25) logSync(log, await sync(directory, url));
      }
    };
    await Promise.all([killServers(), killTrainers()]);
    for (let synced = await sync(directory, url); !synced.every(isDone); synced = await sync(directory, url))
      logSync(log, synced);
    return { ...done, ...(await countFaults(new MlflowClient({ trackingUri: url }), join(directory, 'runs'), steps)) };
  } finally {
    if (writer?.exitCode === null) writer.kill('SIGKILL');
    await server.stop();
    if (existsSync(directory)) rmSync(directory, { recursive: true });
  }
}

const sync = (directory: string, server: string): Promise<SyncedRun[]> =>
  syncRuns({ runsDir: join(directory, 'runs'), workspaceDir: directory, server });

const isDone = ({ state }: SyncedRun): boolean => state === 'sent' || state === 'complete';

const logSync = (log: (text: string) => void, runs: SyncedRun[]): void =>
  runs.forEach(({ state, sent, waiting, error }) =>
    log(`sync: ${state}, ${sent} sent, ${waiting} waiting${error === undefined ? '' : `, ${error}`}`),
  );

/** The port of a killed server is free again only when the last of its processes is gone. */
async function restart(directory: string, port: number): Promise<MlflowServer> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await startServer({ directory, port });
    } catch (error) {
      if (attempt === 10) throw error;
      await sleep(500);
    }
  }
}
