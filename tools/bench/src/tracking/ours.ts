import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRun, type TrackedRun } from '@glyphlab/tracking';

async function withRun<T>(server: string, use: (run: TrackedRun) => Promise<T>): Promise<T> {
  const runsDir = mkdtempSync(join(tmpdir(), 'glyphlab-bench-'));
  const run = await openRun({
    runsDir,
    workspaceDir: runsDir,
    experiment: 'bench',
    runName: 'ours',
    server,
    systemMetrics: false,
  });
  try {
    return await use(run);
  } finally {
    run.abandon();
    rmSync(runsDir, { recursive: true });
  }
}

/**
 * Seconds from the first logged point until the server has them all. Like the peers it begins with the run made and the
 * connection open.
 */
export async function ours(server: string, points: number): Promise<number> {
  return withRun(server, async (run) => {
    while (run.status().url === undefined || run.status().waiting > 0) await sleep(20);
    const start = performance.now();
    for (let step = 0; step < points; step++) run.logMetrics({ 'train/loss': 1 / (step + 1) }, step);
    while (run.status().waiting > 0) await sleep(1);
    return (performance.now() - start) / 1000;
  });
}

export interface LoggingCost {
  points: number;
  /** What one `logMetrics` costs the thread that trains, in microseconds. */
  medianUs: number;
  p99Us: number;
  /** Resident memory of the process, worker included, in megabytes: after a tenth of the points, and after all. */
  memoryAtTenthMb: number;
  memoryAtEndMb: number;
}

/** Logs to a server that is not there, as fast as it goes. */
export async function costOfLogging(points: number): Promise<LoggingCost> {
  // Port 9 is that of the discard service: nothing answers there.
  return withRun('http://127.0.0.1:9', async (run) => {
    while (run.status().lastError === undefined) await sleep(20);
    const times = new Float64Array(points).fill(0);
    let memoryAtTenthMb = 0;
    for (let step = 0; step < points; step++) {
      const value = 1 / (step + 1);
      const start = performance.now();
      run.logMetrics({ 'train/loss': value }, step);
      times[step] = performance.now() - start;
      // A real training gives the event loop a turn now and then.
      if (step % 10_000 === 0) await sleep(1);
      if (step === Math.floor(points / 10)) memoryAtTenthMb = megabytes();
    }
    await sleep(2000);
    const memoryAtEndMb = megabytes();
    times.sort();
    const at = (share: number): number => times[Math.floor(points * share)]! * 1000;
    return { points, medianUs: at(0.5), p99Us: at(0.99), memoryAtTenthMb, memoryAtEndMb };
  });
}

const megabytes = (): number => process.memoryUsage().rss / 1e6;
