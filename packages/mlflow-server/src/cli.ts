import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, progressPrinter, workspaceDir } from '@glyphlab/core';
import { runThisProgram } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import { installMlflow, installServing } from './install.ts';
import { locateMlflow, locateServing } from './installation.ts';
import { OPEN_UI } from './open-ui.ts';
import { sharedLocalServer } from './shared-server.ts';

interface UiOptions {
  directory: string;
  port: number;
  /** Ends it. */
  signal: AbortSignal;
}

/**
 * Shows MLflow's pages on a workspace's runs until the signal. A training that starts meanwhile uses the same server, and keeps it
 * when this ends.
 */
async function showUi({ directory, port, signal }: UiOptions): Promise<void> {
  const printer = progressPrinter();
  await installMlflow({ ...printer, signal });
  const timer = setTimeout(() => printer.onMessage('Starting MLflow …'), 2000);
  const server = await sharedLocalServer(directory, { preferredPort: port, signal }).finally(() => clearTimeout(timer));

  if (!server.started) console.log('A run of this workspace has already started MLflow.');
  else if (server.port !== port && port !== 0) console.log(`Port ${port} is taken, so another one is used.`);
  // MLflow opens on other pages than those of runs unless it is told.
  console.log(`MLflow on the runs of ${resolve(directory)}`);
  console.log(`  ${server.url}/#/experiments?workflowType=machine_learning`);
  console.log('Press Ctrl-C to end it.');
  await forever(signal);
  await server.leave();
}

async function forever(signal: AbortSignal): Promise<void> {
  const day = 24 * 3600 * 1000;
  while (!signal.aborted) await sleep(day, undefined, { signal }).catch(() => undefined);
}

const environment = `
Environment:
  GLYPHLAB_CACHE_DIR   where MLflow is kept (default: ~/.cache/glyphlab)
  PIP_…                pip's own settings: index, proxy, certificates

Examples:
  npx @glyphlab/mlflow-server install
  ${OPEN_UI}
  ${OPEN_UI} --port 8080
`;

async function install(serving: boolean, signal: AbortSignal): Promise<void> {
  const present = locateMlflow();
  if (present) console.log(`MLflow ${present.version} is already there: ${present.venv}`);
  else await installMlflow({ ...progressPrinter(), signal });
  if (serving && !locateServing()) await installServing({ ...progressPrinter(), signal });
}

function readPort(text: string): number {
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new InputError('MLFLOW_BAD_PORT', `Expected a port from 0 to 65535. Received: "${text}".`, { where: '--port' });
}

await runThisProgram(({ interrupted: signal }) => {
  const program = new Command('mlflow-server').description('A real MLflow server in a Python environment of its own.');
  program
    .command('install')
    .description('Install it (70 MB to download, 300 MB on disk), once per machine.')
    .option('--serving', 'also what mlflow models serve needs for a saved model: ONNX (40 MB, 150 MB on disk)')
    .addHelpText('after', environment)
    .action(({ serving }: { serving?: boolean }) => install(serving ?? false, signal));
  program
    .command('ui')
    .description("Show the runs of this workspace in MLflow's pages, until Ctrl-C.")
    .option('--port <port>', 'port of the server; another if it is taken', '5000')
    .option('--directory <dir>', 'the workspace whose .mlflow is shown (default: this one)')
    .addHelpText('after', environment)
    .action(({ port, directory = workspaceDir() }: { port: string; directory?: string }) =>
      showUi({ directory, port: readPort(port), signal }),
    );
  return program;
});
