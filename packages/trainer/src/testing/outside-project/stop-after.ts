import type { Callback, CallbackContext } from '@glyphlab/trainer';

/** Stops after so many epochs in all, which it counts itself; with the variable CRASH_AT it dies in that epoch. */
export function stopAfter({ epochs }: { epochs: number }, { run }: CallbackContext): Callback {
  let seen = 0;
  return {
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
