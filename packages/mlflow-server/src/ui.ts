import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { progressPrinter } from '@glyphlab/core';
import { installMlflow } from './install.ts';
import { sharedLocalServer } from './shared-server.ts';

export interface UiOptions {
  directory: string;
  port: number;
  /** Ends it. */
  signal: AbortSignal;
}

/**
 * Shows MLflow's pages on a workspace's runs until the signal. A training that starts meanwhile uses the same server, and keeps it
 * when this ends.
 */
export async function showUi({ directory, port, signal }: UiOptions): Promise<void> {
  const printer = progressPrinter();
  await installMlflow({ ...printer, signal });
  const timer = setTimeout(() => printer.onMessage('Starting MLflow …'), 2000);
  const server = await sharedLocalServer(directory, { preferredPort: port, signal }).finally(() => clearTimeout(timer));

  if (!server.started) console.log('A training of this workspace has started MLflow already.');
  else if (server.port !== port && port !== 0) console.log(`Port ${port} is taken, so it is another one.`);
  // MLflow opens on other pages than those of runs unless it is told.
  console.log(`MLflow on the runs of ${resolve(directory)}`);
  console.log(`  ${server.url}/#/experiments?workflowType=machine_learning`);
  console.log('Press Ctrl-C to end it.');
  await forever(signal);
  await server.leave();
}

async function forever(signal: AbortSignal): Promise<void> {
  const day = 24 * 3600 * 1000;
  while (!signal.aborted) await sleep(day, undefined, { signal }).catch(() => undefined);
}
