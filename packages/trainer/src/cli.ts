import { describeError, ExitCode, GlyphlabError } from '@glyphlab/core';
import { Command, CommanderError } from 'commander';
import { evaluateCommand } from './commands/evaluate.ts';
import { experimentCommand } from './commands/experiment.ts';
import { exportCommand } from './commands/export.ts';
import { memberCommand } from './commands/member.ts';
import { predictCommand } from './commands/predict.ts';
import { promoteCommand } from './commands/promote.ts';
import { registerCommand } from './commands/register.ts';
import { runCommand } from './commands/run.ts';
import { syncCommand } from './commands/sync.ts';

/** @returns the exit code of the process; nothing is thrown, and every error has been printed */
export async function runCli(args: readonly string[]): Promise<number> {
  let exitCode: number = ExitCode.done;
  const setExitCode = (code: number): void => void (exitCode = code);
  const program = new Command('glyphlab')
    .description('Trains handwriting recognisers and tracks every run in MLflow.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError();
  for (const command of [
    runCommand,
    experimentCommand,
    evaluateCommand,
    predictCommand,
    registerCommand,
    promoteCommand,
    exportCommand,
    syncCommand,
  ])
    program.addCommand(command(setExitCode));
  program.addCommand(memberCommand(setExitCode), { hidden: true });
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed its own messages already; help and version end it with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.wrongInput;
    process.stderr.write(`${describeError(error)}\n`);
    if (process.env['GLYPHLAB_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return error instanceof GlyphlabError ? error.exitCode : ExitCode.failed;
  }
}
