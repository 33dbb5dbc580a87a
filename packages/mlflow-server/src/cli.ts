import { parseArgs } from 'node:util';
import { describeError, ExitCode, GlyphlabError, InputError, progressPrinter } from '@glyphlab/core';
import { installMlflow, installServing } from './install.ts';
import { locateMlflow, locateServing } from './installation.ts';
import { showUi } from './ui.ts';

const help = `A real MLflow server in a Python environment of its own.

  npx nx run mlflow-server:install    gets it (70 MB to download, 300 MB on disk), once per machine
                                      --serving: also ONNX (40 MB, 150 MB), to serve and check saved models
  npx nx run mlflow-server:ui         MLflow's pages on the runs of this workspace, until Ctrl-C

Option of install
  --serving         also what mlflow models serve needs for a saved model

Options of ui
  --port PORT       where it answers (default: 5000; another if that is taken)
  --directory DIR   the workspace whose .mlflow is shown (default: this one)
  --help            this text

Environment
  GLYPHLAB_CACHE_DIR   where MLflow is kept (default: ~/.cache/glyphlab)
  PIP_…                pip's own settings: index, proxy, certificates

Examples
  npx nx run mlflow-server:install
  npx nx run mlflow-server:ui
  npx nx run mlflow-server:ui --port 8080
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  port: { type: 'string' },
  serving: { type: 'boolean' },
  directory: { type: 'string' },
} as const;

async function install(serving: boolean, signal: AbortSignal): Promise<ExitCode> {
  const present = locateMlflow();
  if (present) console.log(`MLflow ${present.version} is already there: ${present.venv}`);
  else await installMlflow({ ...progressPrinter(), signal });
  if (serving && !locateServing()) await installServing({ ...progressPrinter(), signal });
  return ExitCode.done;
}

function readPort(text = '5000'): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new InputError('MLFLOW_BAD_PORT', `This is no port: "${text}".`, { where: '--port' });
}

function readOptions(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (cause) {
    throw new InputError('MLFLOW_UNKNOWN_OPTION', (cause as Error).message, { hint: 'See --help.', cause });
  }
}

async function main(args: string[], signal: AbortSignal): Promise<ExitCode> {
  const { values, positionals } = readOptions(args);
  if (values.help) {
    console.log(help);
    return ExitCode.done;
  }
  const [command, ...others] = positionals;
  if (command === 'install' && others.length === 0) return install(values.serving ?? false, signal);
  if (command === 'ui' && others.length === 0) {
    await showUi({ directory: values.directory ?? '.', port: readPort(values.port), signal });
    return ExitCode.done;
  }
  throw new InputError('MLFLOW_UNKNOWN_COMMAND', `Unknown command: ${positionals.join(' ') || '(none)'}`, {
    hint: 'There are: install, ui. See --help.',
  });
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());

try {
  process.exitCode = await main(process.argv.slice(2), interrupted.signal);
} catch (error) {
  const exitCode = error instanceof GlyphlabError ? error.exitCode : ExitCode.failed;
  process.exitCode = interrupted.signal.aborted ? ExitCode.interrupted : exitCode;
  console.error(interrupted.signal.aborted ? 'Interrupted.' : describeError(error));
}
