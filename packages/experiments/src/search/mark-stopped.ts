import { dirname, resolve } from 'node:path';
import { describeError, type OnMessage } from '@glyphlab/core';
import { type ServerChoice, standInRun, STOPPED_TAG, syncRuns, tagEndedRun } from '@glyphlab/tracking';
import type { SetRun } from '../runs/run-index.ts';

export interface MarkerOptions {
  runsDir: string;
  workspaceDir: string;
  server: ServerChoice;
  onMessage: OnMessage;
  signal: AbortSignal;
}

/**
 * Marks the runs of trials that were stopped early: in their journals at once, in MLflow as soon as it answers. Sending goes on
 * beside the set, one run after the other, and waits for the next time (or `trainer:sync`) where the server is away.
 */
export class StopMarker {
  readonly #options: MarkerOptions;
  readonly #waiting = new Set<string>();
  #sending: Promise<void> = Promise.resolve();
  #isAway = false;

  constructor(options: MarkerOptions) {
    this.#options = options;
  }

  /** @param run whose process has ended; one that is marked already stays as it is */
  async mark({ directory, record }: SetRun, reason: string): Promise<void> {
    const { runsDir, onMessage, server } = this.#options;
    if (record.tags[STOPPED_TAG] !== undefined) return;
    try {
      const own = resolve(dirname(directory)) === resolve(runsDir);
      const marked = own ? directory : standInRun(directory, runsDir);
      if (marked === undefined) return;
      await tagEndedRun(marked, { [STOPPED_TAG]: reason }, onMessage);
      if (server === 'none') return;
      this.#waiting.add(marked);
      this.#sending = this.#sending.then(() => (this.#isAway ? undefined : this.#send([marked])));
    } catch (error) {
      onMessage(
        `A run that was stopped early could not be marked yet; this will be tried again.\n${describeError(error)}`,
      );
    }
  }

  /** Sends what still waits. */
  async end(): Promise<void> {
    await this.#sending;
    if (this.#waiting.size === 0 || this.#options.signal.aborted) return;
    await this.#send([...this.#waiting]);
    if (this.#waiting.size > 0)
      this.#options.onMessage(
        `${this.#waiting.size} runs that were stopped early are yet to be marked in MLflow.`,
        'RUNS_WAITING',
      );
  }

  async #send(runs: readonly string[]): Promise<void> {
    const { runsDir, workspaceDir, server, signal } = this.#options;
    try {
      for (const { directory, state } of await syncRuns({ runsDir, workspaceDir, server, signal, runs })) {
        if (state === 'sent' || state === 'complete') this.#waiting.delete(directory);
        else this.#isAway = true;
      }
    } catch (error) {
      this.#isAway = true;
      this.#options.onMessage(describeError(error));
    }
  }
}
