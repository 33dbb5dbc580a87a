import { loadavg } from 'node:os';
import { printed, runBench, trackingCommand, type TrackingBenchOptions, type Surroundings } from '../commands.ts';
import { loadDigits } from '../train/digits.ts';
import { thisMachine } from '../train/machine.ts';
import { describeHang, type HangReport } from './hang-report.ts';
import { epochsWithTracking } from './hang.ts';
import { costOfLogging } from './ours.ts';
import { describeReport, type TrackingReport } from './report.ts';
import { throughput } from './throughput.ts';

const circumstances = (): Pick<TrackingReport, 'startedAt' | 'machine' | 'loadAverage'> => ({
  startedAt: new Date().toISOString(),
  machine: thisMachine(),
  loadAverage: loadavg()[0]!,
});

async function measureLogging(
  options: TrackingBenchOptions,
  { onProgress }: Pick<Surroundings, 'onProgress'>,
): Promise<TrackingReport> {
  const { rounds, points, workers, memoryPoints } = options;
  const report: TrackingReport = { ...circumstances(), rounds, points, servers: [] };
  for (const count of workers) report.servers.push(await throughput({ ...options, workers: count, onProgress }));
  if (memoryPoints > 0) report.cost = await costOfLogging(memoryPoints);
  return report;
}

async function measureHang(options: TrackingBenchOptions, surroundings: Surroundings): Promise<HangReport> {
  const { rounds, images, epochs } = options;
  // Loaded here once, so that not every process downloads it.
  const { name: data } = await loadDigits(surroundings.onProgress);
  const before = circumstances();
  return { ...before, data, rounds, images, epochs, seconds: await epochsWithTracking(options, surroundings) };
}

await runBench<TrackingBenchOptions>(trackingCommand(), async (options, surroundings) =>
  options.hang
    ? printed(await measureHang(options, surroundings), describeHang, options)
    : printed(await measureLogging(options, surroundings), describeReport, options),
);
