#!/usr/bin/env node
// In the workspace: JavaScript that is built for the sources as they are; as published, what was built of them.
import { existsSync } from 'node:fs';

endWithNpm();
const isSource = existsSync(new URL('../src/cli.ts', import.meta.url));
const { runCli } = isSource
  ? await (await import('./load-program.js')).loadProgram('packages/trainer/src/cli.ts')
  : await import('../dist/cli.js');
process.exitCode = await runCli(process.argv.slice(2));

/** `kill` of npx or npm ends the shell between it and this process, and nobody else: that is taken for SIGTERM. */
function endWithNpm() {
  if (process.env.npm_command === undefined) return;
  // What this process starts may outlive it.
  delete process.env.npm_command;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}
