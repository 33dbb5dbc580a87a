import { loadavg } from 'node:os';
import { describeError, ExitCode, GlyphlabError, progressPrinter } from '@glyphlab/core';
import { thisMachine } from '../train/machine.ts';
import { help, parseOptions } from './options.ts';
import { costOfLogging } from './ours.ts';
import { describeReport, type TrackingReport } from './report.ts';
import { throughput } from './throughput.ts';

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options.help) {
    console.log(help);
    return;
  }
  const { onProgress } = progressPrinter();
  const report: TrackingReport = {
    startedAt: new Date().toISOString(),
    machine: thisMachine(),
    loadAverage: loadavg()[0]!,
    rounds: options.rounds,
    points: options.points,
    servers: [],
  };
  for (const workers of options.workers) report.servers.push(await throughput({ ...options, workers, onProgress }));
  if (options.memoryPoints > 0) report.cost = await costOfLogging(options.memoryPoints);
  console.log(options.json ? JSON.stringify(report, null, 2) : describeReport(report));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(describeError(error));
  process.exitCode = error instanceof GlyphlabError ? error.exitCode : ExitCode.failed;
}
