import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GlyphlabError } from '@glyphlab/core';
import { END_SIGNALS } from '@glyphlab/core/command-line';
import { Command } from 'commander';

const packages = new URL('../../../../', import.meta.url);

/**
 * A command that is a program of another package: it gets all arguments, `--help` too, and its exit code is the command's.
 *
 * @param file below `packages/`
 */
function programCommand(name: string, description: string, file: string, leading: readonly string[]) {
  return (setExitCode: (code: number) => void): Command =>
    new Command(name)
      .description(description)
      .argument('[options...]')
      .usage('[options]')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (given: string[]) => setExitCode(await runProgram(file, [...leading, ...given])));
}

/** Packages lie side by side, in the workspace as in node_modules. */
function programFile(file: string): string {
  const isSource = import.meta.url.endsWith('.ts');
  const found = fileURLToPath(
    new URL(isSource ? file : file.replace('/src/', '/dist/').replace(/ts$/, 'js'), packages),
  );
  if (existsSync(found)) return found;
  throw new GlyphlabError('PROGRAM_NOT_INSTALLED', `This command is a program that npm does not install: ${found}`, {
    hint: 'It comes with a clone of the repository.',
  });
}

function runProgram(file: string, args: readonly string[]): Promise<number> {
  const program = programFile(file);
  // In the workspace, from JavaScript that is built for the sources.
  const start = program.endsWith('.ts')
    ? [fileURLToPath(new URL('trainer/bin/run-program.js', packages)), `packages/${file}`]
    : [program];
  const child = spawn(process.execPath, [...start, ...args], {
    stdio: 'inherit',
  });
  // A signal of the terminal reaches the program of itself; one that was sent to this process alone does not.
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of END_SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of END_SIGNALS) process.off(name, forward);
      resolve(code ?? 128 + constants.signals[signal!]);
    });
  });
}

/** What the targets of other packages do, as commands. */
export const programCommands = [
  programCommand('doctor', 'Check what native TensorFlow needs on this machine.', 'tensorflow/src/cli.ts', ['doctor']),
  programCommand('ui', 'Show the runs of this workspace in MLflow.', 'mlflow-server/src/cli.ts', ['ui']),
  programCommand('playground', 'Show a page on which a model reads what you draw.', 'playground/src/cli.ts', ['serve']),
  programCommand(
    'schema',
    'Write the JSON Schema by which editors check configurations.',
    'trainer/src/project/schema-file.ts',
    [],
  ),
];
