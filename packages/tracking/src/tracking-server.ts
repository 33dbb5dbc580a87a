import type { MlflowClient } from '@glyphlab/mlflow-client';

/** A server that runs can be sent to. */
export interface TrackingServer {
  client: MlflowClient;
  /** Names the server for good and without credentials: a private one has another port each day. */
  identity: string;
  /** Where a person sees the run. */
  pageOf(experimentId: string, runId: string): string;
  /** The command that shows the page, if the server ends with the run. */
  openWith?: string;
  /** Ends it, if it was started for this; else nothing. */
  stop(): Promise<void>;
}
