import { END_SIGNALS, ExitCode } from '@glyphlab/core/command-line';
import { describeError, GlyphlabError } from '@glyphlab/core';
import type { TrackedRun } from '@glyphlab/tracking';
import { terminal } from '../project/terminal.ts';

/** Ctrl-C reaches a process twice when npm or Nx passes it on: what comes within this time is the same one. */
const SAME_KEYPRESS_MS = 500;

/** Thrown by what a signal cuts short before there is a run, such as reading the data. */
class Interrupted extends GlyphlabError {
  override readonly name = 'Interrupted';
  override readonly kind = 'interrupted';
}

/**
 * Does what comes before there is a run. A signal aborts it; `work` takes away what it has begun.
 * @throws Interrupted after a signal
 */
export async function untilSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (name: string): void => controller.abort(new Interrupted('INTERRUPTED', `It was ended by ${name}.`));
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, onSignal);
  }
}

/** The first of these signals ends the run in order, a second one leaves at once. */
export class Interruption {
  readonly #controller = new AbortController();
  #run: TrackedRun | undefined;
  #firstAt = 0;

  constructor() {
    for (const signal of END_SIGNALS) process.on(signal, this.#onSignal);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Runs `body`; if it fails, the run ends as FAILED, or as KILLED after a signal, before the error goes on. */
  async guard<T>(run: TrackedRun, body: () => Promise<T>): Promise<T> {
    this.#run = run;
    try {
      return await body();
    } catch (error) {
      await run.end(this.signal.aborted ? 'KILLED' : 'FAILED', error);
      throw error;
    } finally {
      for (const signal of END_SIGNALS) process.off(signal, this.#onSignal);
    }
  }

  readonly #onSignal = (signal: string): void => {
    if (!this.signal.aborted) {
      this.#firstAt = performance.now();
      terminal.onMessage(`${signal}: ending the run in order. Send it again to leave at once; nothing logged is lost.`);
      // Whoever sent the signal may not wait for the order: Nx kills after 5 s what it runs as one of several tasks.
      this.#run?.announceEnd('KILLED');
      this.#controller.abort(new Interrupted('INTERRUPTED', `The run was ended by ${signal}.`));
    } else if (performance.now() - this.#firstAt > SAME_KEYPRESS_MS) {
      try {
        this.#run?.abandon();
      } catch (error) {
        terminal.onMessage(describeError(error));
      }
      process.exit(ExitCode.interrupted);
    }
  };
}
