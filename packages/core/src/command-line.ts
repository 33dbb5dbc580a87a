import { Command, type CommanderError, InvalidArgumentError, Option } from 'commander';
import { describeError, type ErrorKind, GlyphlabError } from './errors.ts';
import { nearest } from './nearest.ts';

/** For programs whose package has no commander of its own. */
export { Command, Option };

/** What ends a command in order: Ctrl-C, a scheduler, the end of the terminal or of the connection to it, Ctrl-\. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Exit codes of every command: 0 done, 1 failed, 2 wrong input, 130 interrupted. */
export const ExitCode = { done: 0, failed: 1, wrongInput: 2, interrupted: 130 } as const satisfies Record<
  ErrorKind | 'done',
  number
>;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A program with the exit code that its commands set. */
export interface CommandLine {
  program: Command;
  exitCode: () => ExitCode;
  /** Aborted when the user ended it: then any error means no more than that. */
  interrupted?: AbortSignal;
  /** What to say below commander's message on arguments that it does not understand. */
  hint?: (error: CommanderError) => Promise<string | undefined>;
  /** Which command helps, by the code of an error: the libraries that throw it know no commands. */
  advice?: (code: string) => string | undefined;
}

/**
 * Runs a program made with commander. Nothing is thrown, and every error has been printed on standard error.
 *
 * @returns the exit code of the process
 */
export async function runCommandLine(line: CommandLine, args: readonly string[]): Promise<ExitCode> {
  const output = watchOutput();
  const code = await parse(line, args);
  const lost = await output.end();
  if (lost === undefined) return code;
  process.stderr.write(`Not all output could be written: ${lost.message}\n`);
  return code === ExitCode.done ? ExitCode.failed : code;
}

/**
 * Keeps a process alive whose output nobody takes any more. A reader may leave before the end, as `head` does, and so may a terminal:
 * that is no error, and what the command does besides goes on.
 */
function watchOutput(): { end: () => Promise<Error | undefined> } {
  let lost: Error | undefined;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') lost ??= error;
  };
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on('error', onError);
  return {
    end: async () => {
      // What was written last may fail only now.
      await new Promise(setImmediate);
      for (const stream of streams) stream.off('error', onError);
      return lost;
    },
  };
}

async function parse(
  { program, exitCode, interrupted, hint, advice }: CommandLine,
  args: readonly string[],
): Promise<ExitCode> {
  for (const command of withSubcommands(program))
    command.exitOverride().showSuggestionAfterError().configureHelp({ showGlobalOptions: false });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode();
  } catch (error) {
    if (isOfCommander(error)) {
      // Commander has printed its own messages already; help and version end it with code 0.
      if (error.exitCode === 0) return ExitCode.done;
      const more = await hint?.(error);
      if (more !== undefined) process.stderr.write(`${more}\n`);
      return ExitCode.wrongInput;
    }
    if (interrupted?.aborted) {
      process.stderr.write('Interrupted.\n');
      return ExitCode.interrupted;
    }
    const isOurs = error instanceof GlyphlabError;
    process.stderr.write(`${describeError(error, isOurs ? advice?.(error.code) : undefined)}\n`);
    if (process.env['GLYPHLAB_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return isOurs ? ExitCode[error.kind] : ExitCode.failed;
  }
}

/** A command and all below it: what is set on one does not reach those that were made before. */
const withSubcommands = (command: Command): Command[] => [command, ...command.commands.flatMap(withSubcommands)];

/** Packages may have a copy of commander each, whose classes differ. */
const isOfCommander = (error: unknown): error is CommanderError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');

/** Runs the program of this process: commands are ended by a signal through `interrupted`, or return what the exit code is. */
export async function runThisProgram(
  build: (surroundings: { interrupted: AbortSignal; setExitCode: (code: ExitCode) => void }) => Command,
): Promise<void> {
  const controller = new AbortController();
  for (const name of END_SIGNALS) process.on(name, () => controller.abort());
  let code: ExitCode = ExitCode.done;
  const program = build({ interrupted: controller.signal, setExitCode: (given) => (code = given) });
  const line = { program, exitCode: () => code, interrupted: controller.signal };
  process.exitCode = await runCommandLine(line, process.argv.slice(2));
}

/** Reads the value of an option: commander names the option and ends with exit code 2 where this throws. */
type ReadValue<T> = (text: string) => T;

/** A whole number. */
export const wholeNumber =
  (least = 0): ReadValue<number> =>
  (text) => {
    if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`Expected a whole number${least > 0 ? ` of at least ${least}` : ''}.`);
  };

/** One of some names. */
export const oneOf =
  <const Name extends string>(names: readonly Name[]): ReadValue<Name> =>
  (text) => {
    const known = names.find((name) => name === text);
    if (known !== undefined) return known;
    const close = nearest(text, names);
    const hint = close === undefined ? '' : ` Did you mean "${close}"?`;
    throw new InvalidArgumentError(`Expected one of ${names.join(', ')}.${hint}`);
  };

/** Several values, separated by commas; what is repeated counts once. */
export const listOf =
  <T>(read: ReadValue<T>): ReadValue<T[]> =>
  (text) => [...new Set(text.split(',').map((part) => read(part.trim())))];
