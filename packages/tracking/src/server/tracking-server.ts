import { MlflowClient } from '@glyphlab/mlflow-client';

/** A server that takes longer hangs: the attempt is given up and made again. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A server that runs can be sent to. */
export interface TrackingServer {
  client: MlflowClient;
  /** Names the server for good and without credentials: a private one has another port each day. */
  identity: string;
  /** Names it to a person. */
  name: string;
  /** Where a person sees the run. */
  pageOf(experimentId: string, runId: string): string;
  /** The command that shows the page, if the server ends with the run. */
  openWith?: string;
  /** Ends it, if it was started for this; else nothing. */
  stop(): Promise<void>;
}

/** A server by its address. For the drain the client tries nothing again: it does not know what waits. */
export function serverAt(url: string, { timeoutMs = REQUEST_TIMEOUT_MS, maxRetries = 0 } = {}): TrackingServer {
  const client = new MlflowClient({ trackingUri: url, timeoutMs, maxRetries });
  return { client, identity: client.url, name: client.url, pageOf: pageAt(client.url), stop: () => client.close() };
}

/** MLflow opens on other pages than those of runs unless it is told. */
export const pageAt =
  (base: string): TrackingServer['pageOf'] =>
  (experimentId, runId) =>
    `${base}/#/experiments/${experimentId}/runs/${runId}?workflowType=machine_learning`;

/** What `serverAt` calls a server. */
export function identityAt(url: string): string {
  const { identity, stop } = serverAt(url);
  void stop();
  return identity;
}
