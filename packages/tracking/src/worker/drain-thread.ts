import { Worker } from 'node:worker_threads';
import { describeError, type OnMessage } from '@glyphlab/core';
import { moduleFile } from '@glyphlab/core/module-file';
import type { RefusedThing } from '../drain/refused.ts';
import type { ServerPlan } from '../server/server-choice.ts';

/** What the training thread hands its worker at the start. */
export interface WorkerSetup {
  directory: string;
  workspaceDir: string;
  server: ServerPlan;
  lockPath: string;
  /** Undefined if the machine is not to be measured. */
  sampleEveryMs: number | undefined;
}

/** How far the worker is. */
export interface DrainStatus {
  /** Lines of the journal that the server has. */
  delivered: number;
  url?: string;
  openWith?: string;
  lastError?: string;
}

/** How sending ended. */
export interface DrainEnd {
  /** True if the server has everything that it takes. */
  complete: boolean;
  refused: readonly RefusedThing[];
}

/** `look`: enough was written for a request. */
export type ToWorker = { type: 'finish' } | { type: 'look' };

export type FromWorker =
  | { type: 'status'; status: DrainStatus }
  | { type: 'message'; text: string; code?: string }
  | ({ type: 'finished' } & DrainEnd);

/** The worker's share of memory: it holds a chunk of the journal and a few batches, however much waits. */
const MAX_HEAP_MEGABYTES = 256;

/** TypeScript needs a loader first. */
const startFile = import.meta.url.endsWith('.ts')
  ? new URL('./worker-start.mjs', import.meta.url)
  : moduleFile(import.meta.url, './worker');

/** The training thread's end of the thread that sends the journal. Its failure never reaches training. */
export class DrainThread {
  readonly #worker: Worker;
  readonly #onMessage: OnMessage;
  readonly #finished: Promise<DrainEnd>;
  #resolveFinished!: (end: DrainEnd) => void;
  #status: DrainStatus = { delivered: 0 };

  constructor(setup: WorkerSetup, onMessage: OnMessage) {
    this.#onMessage = onMessage;
    this.#finished = new Promise((resolve) => (this.#resolveFinished = resolve));
    this.#worker = new Worker(startFile, {
      workerData: setup,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MEGABYTES },
    });
    // A training that forgets to end its run must still be able to end.
    this.#worker.unref();
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#status = { ...this.#status, lastError: describeError(error) };
      onMessage(`Sending to MLflow has stopped; the run is still logged on this machine: ${describeError(error)}`);
    });
    this.#worker.on('exit', () => this.#resolveFinished({ complete: false, refused: [] }));
  }

  status(): DrainStatus {
    return this.#status;
  }

  /** Enough was written for a request. */
  look(): void {
    this.#worker.postMessage({ type: 'look' } satisfies ToWorker);
  }

  /** Lets the worker send the rest and end. */
  async finish(): Promise<DrainEnd> {
    this.#worker.ref();
    this.#worker.postMessage({ type: 'finish' } satisfies ToWorker);
    const end = await this.#finished;
    await this.#worker.terminate();
    return end;
  }

  stop(): void {
    void this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    if (message.type === 'status') this.#status = message.status;
    else if (message.type === 'message') this.#onMessage(message.text, message.code);
    else this.#resolveFinished(message);
  }
}
