import { describeError, ExitCode, GlyphlabError } from '@glyphlab/core';
import { Command, CommanderError } from 'commander';
import { evaluateCommand } from './commands/evaluate/evaluate-command.ts';
import { experimentCommand } from './commands/experiment/experiment-command.ts';
import { exportCommand } from './commands/export/export-command.ts';
import { memberCommand } from './commands/member/member-command.ts';
import { predictCommand } from './commands/predict/predict-command.ts';
import { promoteCommand } from './commands/registry/promote-command.ts';
import { registerCommand } from './commands/registry/register-command.ts';
import { runCommand } from './commands/run/run-command.ts';
import { syncCommand } from './commands/sync/sync-command.ts';

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
