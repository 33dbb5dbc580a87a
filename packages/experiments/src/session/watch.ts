import type { SetRunner } from '../run/set-runner.ts';
import type { LiveView } from '../view/live-table.ts';

const EVERY_MS = { terminal: 1000, log: 5000 };

/** Runs a set to its end, and shows how it goes. */
export async function watch(runner: SetRunner, view: LiveView, isTerminal: boolean): Promise<void> {
  const look = (): void => {
    runner.refresh();
    view.update();
  };
  const timer = setInterval(look, isTerminal ? EVERY_MS.terminal : EVERY_MS.log);
  try {
    look();
    await runner.run();
  } finally {
    clearInterval(timer);
    view.close();
  }
}
