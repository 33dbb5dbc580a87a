import type { Callback, CallbackContext } from '@glyphlab/trainer';

/**
 * Stops after so many epochs in all, which it counts itself; with the variable CRASH_AT it dies in that epoch, with HOLD the training
 * never begins, while all other threads go on.
 */
export function stopAfter({ epochs }: { epochs: number }, { run }: CallbackContext): Callback {
  let seen = 0;
  return {
    onTrainBegin: () => {
      if (process.env['HOLD'] !== undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
    onEpochEnd: ({ epoch }) => {
      if (process.env['CRASH_AT'] === String(epoch)) process.kill(process.pid, 'SIGKILL');
      seen++;
      run.logMetrics({ epochs_seen: seen }, epoch);
      return seen >= epochs ? 'stop' : undefined;
    },
    state: () => seen,
    restore: (state) => void (seen = state as number),
  };
}
