import { readFileSync } from 'node:fs';
import { type ExitCode, runCommandLine } from '@glyphlab/core/command-line';
import { Command, type CommanderError } from 'commander';
import { compareCommand } from './commands/compare/compare-command.ts';
import { dataCommand } from './commands/data/data-command.ts';
import { evaluateCommand } from './commands/evaluate/evaluate-command.ts';
import { experimentCommand } from './commands/experiment/experiment-command.ts';
import { exportCommand } from './commands/export/export-command.ts';
import { memberCommand } from './commands/member/member-command.ts';
import { predictCommand } from './commands/predict/predict-command.ts';
import { programCommands } from './commands/program/program-commands.ts';
import { promoteCommand } from './commands/registry/promote-command.ts';
import { registerCommand } from './commands/registry/register-command.ts';
import { reportCommand } from './commands/report/report-command.ts';
import { runCommand } from './commands/run/run-command.ts';
import { runsCommand } from './commands/runs/runs-command.ts';
import { soupCommand } from './commands/soup/soup-command.ts';
import { syncCommand } from './commands/sync/sync-command.ts';
import { zooCommand } from './commands/zoo/zoo-command.ts';
import { advice } from './project/advice.ts';

/** @returns the exit code of the process; nothing is thrown, and every error has been printed */
export async function runCli(args: readonly string[]): Promise<number> {
  let exitCode: ExitCode = 0;
  const setExitCode = (code: number): void => void (exitCode = code as ExitCode);
  const program = new Command('glyphlab')
    .description('Trains handwriting recognisers and tracks every run in MLflow.')
    .version(version(), '--version', 'print the version')
    .enablePositionalOptions()
    .helpCommand('help [command]', 'show the help of a command')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', '\nglyphlab COMMAND --help shows the options of a command, with examples.');
  for (const command of [
    runCommand,
    runsCommand,
    compareCommand,
    reportCommand,
    experimentCommand,
    dataCommand,
    evaluateCommand,
    predictCommand,
    registerCommand,
    promoteCommand,
    exportCommand,
    soupCommand,
    zooCommand,
    syncCommand,
    ...programCommands,
  ])
    program.addCommand(command(setExitCode));
  program.addCommand(memberCommand(setExitCode), { hidden: true });
  const hint = async (error: CommanderError): Promise<string | undefined> => {
    if (error.code !== 'commander.unknownOption' || !['run', 'train'].includes(args[0] ?? '')) return undefined;
    const { explainOption } = await import('./commands/run/explain-option.ts');
    return explainOption(error.message, args);
  };
  return runCommandLine({ program, exitCode: () => exitCode, hint, advice }, args);
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
