import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '@glyphlab/core';
import { MlflowClient } from '@glyphlab/mlflow-client';
import type { Run } from '@glyphlab/tracking';
import type { ExperimentSet } from '../plan/expand-set.ts';
import { readMlflowRuns, type MlflowRun } from './mlflow-runs.ts';

/** A private server is started, and at the very first time installed. */
const PATIENCE_MS = 180_000;
/** A server that is known to fail is not waited for as long. */
const PATIENCE_WITH_ERROR_MS = 15_000;

/** What MLflow holds of a set. */
export interface Mirror {
  runs: readonly MlflowRun[];
  parentTags: Readonly<Record<string, string>>;
  /** The server, for a person. */
  server: string;
}

/**
 * Reads a set's runs from the server that its parent run goes to.
 *
 * @param parent undefined if another session has it open: then `MLFLOW_TRACKING_URI` alone says where the server is
 * @returns undefined if there is no server, or it cannot be read; `onMessage` has said why
 */
export async function readMirror(
  set: ExperimentSet,
  parent: Run | undefined,
  onMessage: (text: string) => void,
  signal: AbortSignal,
): Promise<Mirror | undefined> {
  const given = process.env['MLFLOW_TRACKING_URI'];
  const address = given || (parent && (await addressOf(parent, signal)));
  if (!address) return undefined;
  let client: MlflowClient | undefined;
  try {
    client = new MlflowClient({ trackingUri: address, maxRetries: 2, timeoutMs: 30_000 });
    const found = await readMlflowRuns(client, set);
    return { ...found, server: given ? client.url : 'the server of this workspace' };
  } catch (error) {
    onMessage(`MLflow could not be read, so the results come from the journals of the runs.\n${describeError(error)}`);
    return undefined;
  } finally {
    await client?.close();
  }
}

/** Address of the server once it has the run. */
async function addressOf(run: Run, signal: AbortSignal): Promise<string | undefined> {
  const start = Date.now();
  for (;;) {
    const { url, lastError } = run.status();
    if (url !== undefined) return url.split('/#/')[0];
    const patience = lastError === undefined ? PATIENCE_MS : PATIENCE_WITH_ERROR_MS;
    if (signal.aborted || Date.now() - start > patience) return undefined;
    await sleep(100);
  }
}
