import { describeError, ExitCode, GlyphlabError, progressPrinter } from '@glyphlab/core';
import { END_SIGNALS } from '@glyphlab/core/command-line';
import type { Surroundings } from './training-speed.ts';

/** A report as the command prints it. */
export const printed = <T>(report: T, describe: (report: T) => string, { json }: { json: boolean }): string =>
  json ? JSON.stringify(report, null, 2) : describe(report);

/** Runs a command with this process's arguments and prints what it returns; Ctrl-C ends it in order. */
export async function runCommand(
  command: (args: readonly string[], surroundings: Surroundings) => Promise<string>,
): Promise<void> {
  const interrupted = new AbortController();
  for (const name of END_SIGNALS) process.on(name, () => interrupted.abort());
  try {
    console.log(await command(process.argv.slice(2), { ...progressPrinter(), signal: interrupted.signal }));
  } catch (error) {
    const { aborted } = interrupted.signal;
    console.error(aborted ? 'Interrupted.' : describeError(error));
    process.exitCode = aborted
      ? ExitCode.interrupted
      : error instanceof GlyphlabError
        ? error.exitCode
        : ExitCode.failed;
  }
}
