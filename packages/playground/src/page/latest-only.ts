/**
 * Runs work for the newest input only: what comes while it runs waits, and gives way to what comes after it. So a drawing is
 * never ahead of its answer by more than one.
 */
export function latestOnly<T>(work: (input: T) => Promise<void>): (input: T) => void {
  let next: { input: T } | undefined;
  let running = false;
  const run = async () => {
    running = true;
    while (next) {
      const { input } = next;
      next = undefined;
      // What goes wrong with one input is told to the console, and need not go wrong with the next.
      await work(input).catch(reportError);
      // The browser paints, and takes in what was drawn meanwhile.
      await new Promise(requestAnimationFrame);
    }
    running = false;
  };
  return (input) => {
    next = { input };
    if (!running) void run();
  };
}
