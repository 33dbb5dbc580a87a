import type { Callback, EpochEnd, Json, TrainBegin, TrainEnd } from './callback.ts';

/** Callbacks by the names that their states are kept under, called one after the other. */
export class CallbackList {
  readonly #callbacks: [name: string, callback: Callback][];

  constructor(callbacks: Readonly<Record<string, Callback>>) {
    this.#callbacks = Object.entries(callbacks);
  }

  /** @returns the name of the first that has training stop */
  onTrainBegin(begin: TrainBegin): Promise<string | undefined> {
    return this.#ask((callback) => callback.onTrainBegin?.(begin));
  }

  onProgress(progress: { epoch: number; images: number; loss: number }): void {
    for (const [, callback] of this.#callbacks) callback.onProgress?.(progress);
  }

  /** @returns the name of the first that has training stop */
  onEpochEnd(end: EpochEnd): Promise<string | undefined> {
    return this.#ask((callback) => callback.onEpochEnd?.(end));
  }

  async onEpochLogged(epoch: number): Promise<void> {
    for (const [, callback] of this.#callbacks) await callback.onEpochLogged?.(epoch);
  }

  async onTrainEnd(end: TrainEnd): Promise<void> {
    for (const [, callback] of this.#callbacks) await callback.onTrainEnd?.(end);
  }

  states(): Record<string, Json> {
    return Object.fromEntries(
      this.#callbacks.flatMap(([name, callback]) => (callback.state ? [[name, callback.state()]] : [])),
    );
  }

  /** A callback that was not there when the states were kept starts anew. */
  restore(states: Readonly<Record<string, Json>>): void {
    for (const [name, callback] of this.#callbacks) if (name in states) callback.restore?.(states[name]!);
  }

  async #ask(
    call: (callback: Callback) => ReturnType<NonNullable<Callback['onEpochEnd']>>,
  ): Promise<string | undefined> {
    let stopper: string | undefined;
    for (const [name, callback] of this.#callbacks) if ((await call(callback)) === 'stop') stopper ??= name;
    return stopper;
  }
}
