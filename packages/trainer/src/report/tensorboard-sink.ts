import { resolve } from 'node:path';
import { describeError, InputError } from '@glyphlab/core';
import type { TrackedRun } from '@glyphlab/tracking';
import { EventFile } from '@glyphlab/tracking/tensorboard';
import type { Callback } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';
import { workspaceDir } from '../project/workspace.ts';

/** Keeps an event file of TensorBoard up to the journal. What fails once training has begun is said and ends the file, not the training. */
export class TensorBoardSink implements Callback {
  readonly #logdir: string | undefined;
  readonly #run: Pick<TrackedRun, 'directory'>;
  #file: EventFile | undefined;

  /** @param logdir relative to the workspace; undefined: nothing is written */
  constructor(logdir: string | undefined, run: Pick<TrackedRun, 'directory'>) {
    this.#logdir = logdir;
    this.#run = run;
  }

  onEpochLogged(): void {
    this.#update();
  }

  /**
   * Runs `body`, and writes what its end has logged, however it ends.
   * @throws InputError if the folder cannot be written
   */
  async guard<T>(body: () => Promise<T>): Promise<T> {
    if (this.#logdir !== undefined) this.#file = this.#open(this.#logdir);
    try {
      return await body();
    } finally {
      this.#update();
    }
  }

  #open(logdir: string): EventFile {
    try {
      return new EventFile(this.#run.directory, resolve(workspaceDir(), logdir));
    } catch (cause) {
      throw new InputError('TENSORBOARD_NOT_WRITTEN', `The event file cannot be written: ${(cause as Error).message}`, {
        where: 'tracking.tensorboard',
        hint: 'Name a folder that can be made and written.',
        cause,
      });
    }
  }

  #update(): void {
    try {
      this.#file?.update();
    } catch (error) {
      terminal.onMessage(`The event file for TensorBoard was not written further: ${describeError(error)}`);
      this.#file = undefined;
    }
  }
}
