import { parseArgs } from 'node:util';
import { describeError, ExitCode, GlyphlabError, InputError, progressPrinter } from '@glyphlab/core';
import { describeDiagnosis, diagnose } from './doctor.ts';
import { installTensorFlow } from './install.ts';
import { locateTensorFlow } from './installation.ts';

const help = `Native TensorFlow for training: PyPI's libtensorflow under tfjs-node, once per machine.

  npx nx run tensorflow:install           gets and builds it (274 MB to download, 850 MB on disk)
  npx nx run tensorflow:doctor            says what is there and what is missing; exit code 0 if training runs natively

Options
  --gpu      the CUDA build instead (Linux x64, an NVIDIA GPU, 9 GB on disk; not tried on a GPU yet)
  --help     this text

Environment
  GLYPHLAB_CACHE_DIR   where it is kept (default: ~/.cache/glyphlab)
  CXX                  the C++ compiler (default: g++, clang++ or c++, whichever is found first)
  PIP_…                pip's own settings: index, proxy, certificates

Examples
  npx nx run tensorflow:install
  GLYPHLAB_CACHE_DIR=/data/cache npx nx run tensorflow:install
  npx nx run tensorflow:doctor --gpu
`;

async function install(gpu: boolean, signal: AbortSignal): Promise<ExitCode> {
  const variant = gpu ? 'gpu' : 'cpu';
  const printer = progressPrinter();
  const present = locateTensorFlow(variant);
  const { dir } = present ?? (await installTensorFlow({ variant, ...printer, signal }));
  if (present) console.log(`Native TensorFlow is already there: ${dir}`);
  return ExitCode.done;
}

async function doctor(gpu: boolean): Promise<ExitCode> {
  const diagnosis = await diagnose(gpu ? 'gpu' : 'cpu');
  console.log(describeDiagnosis(diagnosis));
  return diagnosis.native ? ExitCode.done : ExitCode.failed;
}

function readOptions(args: string[]) {
  const options = { gpu: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    throw new InputError('TENSORFLOW_UNKNOWN_OPTION', (cause as Error).message, { hint: 'See --help.', cause });
  }
}

async function main(args: string[], signal: AbortSignal): Promise<ExitCode> {
  const [command, ...rest] = args;
  const values = readOptions(command?.startsWith('-') ? args : rest);
  if (values.help) {
    console.log(help);
    return ExitCode.done;
  }
  if (command === 'install') return install(values.gpu ?? false, signal);
  if (command === 'doctor') return doctor(values.gpu ?? false);
  throw new InputError('TENSORFLOW_UNKNOWN_COMMAND', `Unknown command: ${command ?? '(none)'}`, {
    hint: 'There are: install, doctor. See --help.',
  });
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());

try {
  process.exitCode = await main(process.argv.slice(2), interrupted.signal);
} catch (error) {
  const aborted = interrupted.signal.aborted;
  console.error(aborted ? 'Interrupted. Run it again to go on.' : describeError(error));
  process.exitCode = aborted ? ExitCode.interrupted : error instanceof GlyphlabError ? error.exitCode : ExitCode.failed;
}
