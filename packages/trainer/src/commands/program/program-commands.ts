import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
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

function runProgram(file: string, args: readonly string[]): Promise<number> {
  const program = fileURLToPath(new URL(file, packages));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
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
  programCommand('doctor', 'Say what native TensorFlow has and lacks here.', 'tensorflow/src/cli.ts', ['doctor']),
  programCommand('ui', 'Show the runs of this workspace in MLflow.', 'mlflow-server/src/cli.ts', ['ui']),
  programCommand('playground', 'Show a page on which a model reads what you draw.', 'playground/src/cli.ts', ['serve']),
  programCommand(
    'schema',
    'Write the JSON Schema by which editors check configurations.',
    'trainer/src/project/schema-file.ts',
    [],
  ),
];
