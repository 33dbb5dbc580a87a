/* eslint-disable @typescript-eslint/no-require-imports -- Nx loads executors with require. */

// The executor of our own programs. Nx forks executors behind a pseudo-terminal, turns every failure into exit code 1, kills what
// takes longer than 5 s to end and writes a summary below the result. A single task therefore runs in the Nx process itself: Nx
// calls an executor's hasher there, before anything is printed (docs/adr/0014). One of several tasks is run in the ordinary way.
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { typedArguments } = require('./typed-arguments.cjs');

const root = join(__dirname, '../..');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const PARENT_CHECK_MS = 500;

/**
 * Runs a program of this workspace, without a shell, in the folder where the command was typed.
 * @returns its exit code; 128 and the signal's number if one killed it, as shells say it
 */
function runProgram({ program, arguments: leading = [], nodeArguments = [] }, typed) {
  const file = join(root, program);
  const loader = file.endsWith('.ts') ? ['--import', pathToFileURL(require.resolve('tsx')).href] : [];
  const child = spawn(process.execPath, [...nodeArguments, ...loader, file, ...leading, ...typed], {
    // npm says where it was called; without npm it is where Nx was.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
  });
  // A signal of the terminal reaches the program of itself; one that was sent to Nx alone does not.
  const forward = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  whenParentEnds(() => forward('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** `kill` of npx ends the shell that npx started, and nobody else: that shell is our parent. */
function whenParentEnds(then) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** As one of several tasks: Nx shows the output, and counts any code but 0 as a failure. */
async function run(options) {
  return { success: (await runProgram(options, options.__unparsed__ ?? [])) === 0 };
}

/** A single task, as `nx run trainer:run`: the Nx process stands for the program, and ends with its exit code. */
async function runInForeground(task, { hasher, projectsConfigurations, taskGraph, env }) {
  const isGraph = process.argv.some((argument) => /^--graph(=|$)/.test(argument));
  if (isGraph || Object.keys(taskGraph.tasks).length > 1) return hasher.hashTask(task, taskGraph, env);
  const { project, target } = task.target;
  const { options } = projectsConfigurations.projects[project].targets[target];
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  // Nx hides the cursor while its own display runs.
  if (process.stderr.isTTY) process.stderr.write('\u001b[?25h');
  const kept = task.overrides.__overrides_unparsed__;
  const typed = typedArguments(process.argv.slice(2), kept, options.ownOptions ?? []);
  process.exit(await runProgram(options, typed));
}

module.exports = { run, runInForeground };
