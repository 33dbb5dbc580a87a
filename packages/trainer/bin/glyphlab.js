#!/usr/bin/env node
// Runs the TypeScript sources as they are.
import { register } from 'tsx/esm/api';

endWithNpm();
register();
const { runCli } = await import('../src/cli.ts');
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
