import { describeError, ExitCode, GlyphlabError, progressPrinter } from '@glyphlab/core';
import { describeExtras, measureExtras } from './extras.ts';
import { help, parseOptions } from './options.ts';
import { describeReport } from './report.ts';
import { measureTraining, type Surroundings } from './training-speed.ts';

async function main(args: readonly string[], surroundings: Surroundings): Promise<void> {
  const options = parseOptions(args);
  if (options.help) {
    console.log(help);
    return;
  }
  const print = <T>(report: T, describe: (report: T) => string): void =>
    console.log(options.json ? JSON.stringify(report, null, 2) : describe(report));
  if (options.extras) print(await measureExtras(options, surroundings), describeExtras);
  else print(await measureTraining(options, surroundings), describeReport);
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());

try {
  await main(process.argv.slice(2), { ...progressPrinter(), signal: interrupted.signal });
} catch (error) {
  const { aborted } = interrupted.signal;
  console.error(aborted ? 'Interrupted.' : describeError(error));
  process.exitCode = aborted ? ExitCode.interrupted : error instanceof GlyphlabError ? error.exitCode : ExitCode.failed;
}
