import { ExitCode } from '@glyphlab/core';
import { END_SIGNALS } from '@glyphlab/core/command-line';

/** Ctrl-C reaches a process twice when Nx passes it on: what comes within this time is the same one. */
const SAME_KEYPRESS_MS = 500;

interface Handlers {
  tell: (text: string) => void;
  stop: () => void;
  leave: () => Promise<void>;
}

/**
 * Ctrl-C, SIGTERM and the end of the terminal: the first has the members end in order, a second one leaves at once.
 *
 * @returns takes the handlers away
 */
export function onInterruption({ tell, stop, leave }: Handlers): () => void {
  let firstAt: number | undefined;
  const onSignal = (signal: string): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      tell(`${signal}: the members end in order, and go on another time. Once more leaves at once.`);
      stop();
    } else if (performance.now() - firstAt > SAME_KEYPRESS_MS) {
      void leave().finally(() => process.exit(ExitCode.interrupted));
    }
  };
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  return () => END_SIGNALS.forEach((signal) => process.off(signal, onSignal));
}
