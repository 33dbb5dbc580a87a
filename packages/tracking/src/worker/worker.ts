import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, type OnMessage } from '@glyphlab/core';
import { DrainLoop } from '../drain/drain-loop.ts';
import { RunDrain } from '../drain/run-drain.ts';
import { touchLock } from '../run/run-lock.ts';
import { findServer, PATIENCE_FOR_START_MS } from '../server/find-server.ts';
import type { DrainEnd, DrainStatus, FromWorker, ToWorker, WorkerSetup } from './drain-thread.ts';
import { countWaitingRuns } from '../sync/run-outlook.ts';
import { SystemSampler } from './system-sampler.ts';

const SIGN_OF_LIFE_EVERY_MS = 15_000;
/** A database's error may quote the whole batch. */
const MAX_ERROR_LENGTH = 500;

const setup = workerData as WorkerSetup;
const port = parentPort!;
const say = (message: FromWorker): void => port.postMessage(message);
const onMessage: OnMessage = (text, code) => say({ type: 'message', text, ...(code !== undefined && { code }) });

let finishing = false;
let loop: DrainLoop | undefined;
let finishNow: () => void;
const toldToFinish = new Promise<void>((resolve) => (finishNow = resolve));

const sampler =
  setup.sampleEveryMs === undefined ? undefined : new SystemSampler(setup.directory, setup.sampleEveryMs, onMessage);
const signOfLife = setInterval(() => touchLock(setup.lockPath), SIGN_OF_LIFE_EVERY_MS);

port.on('message', (message: ToWorker) => {
  if (message.type === 'look') return loop?.look();
  // The last measurements are sent as well, so the journal of the system is closed before the drain is told to finish.
  void (sampler?.close() ?? Promise.resolve()).then(() => {
    finishing = true;
    loop?.finish();
    finishNow();
  });
});

/** Offers to send what earlier runs left. */
async function tellOfEarlierRuns(): Promise<void> {
  const count = await countWaitingRuns(dirname(setup.directory));
  if (count === 0) return;
  const runs = count === 1 ? 'An earlier run is' : `${count} earlier runs are`;
  onMessage(`${runs} not completely in MLflow.`, 'RUNS_WAITING');
}

async function sendJournal(): Promise<DrainEnd> {
  const server = await Promise.race([
    findServer(setup, onMessage),
    toldToFinish.then(() => sleep(PATIENCE_FOR_START_MS, undefined, { ref: false })),
  ]);
  if (!server) {
    await toldToFinish;
    return { complete: false, refused: [] };
  }
  // A folder that cannot be read there is no reason to say anything: sync will.
  void tellOfEarlierRuns().catch(() => undefined);
  try {
    const drain = new RunDrain({ directory: setup.directory, server, onMessage });
    const report = (error: unknown): void => {
      const status: DrainStatus = { delivered: drain.delivered };
      if (drain.url !== undefined) status.url = drain.url;
      if (server.openWith !== undefined) status.openWith = server.openWith;
      if (error !== undefined) status.lastError = describeError(error).slice(0, MAX_ERROR_LENGTH);
      say({ type: 'status', status });
    };
    loop = new DrainLoop(drain, report);
    report(undefined);
    if (finishing) loop.finish();
    const complete = await loop.run();
    return { complete, refused: drain.refused };
  } finally {
    await server.stop();
  }
}

let end: DrainEnd = { complete: false, refused: [] };
try {
  end = await sendJournal();
} catch (error) {
  onMessage(`Sending to MLflow has stopped; the run is still logged on this machine: ${describeError(error)}`);
  await toldToFinish;
}
clearInterval(signOfLife);
await sampler?.close();
say({ type: 'finished', ...end });
port.close();
