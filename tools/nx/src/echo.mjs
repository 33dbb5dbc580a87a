// Stands for a program of ours in the tests: tells what it was given and, asked to wait, which signal ended it.
import { writeSync } from 'node:fs';

const { argv, stdout } = process;
const tell = (what) => writeSync(1, `${JSON.stringify(what)}\n`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
  process.once(signal, () => {
    tell({ signal });
    // Nx itself kills a task 5 s after it was to end.
    setTimeout(() => process.exit(130), signal === 'SIGTERM' ? 6000 : 0);
  });
}
tell({ cwd: process.cwd(), args: argv.slice(2), isTTY: stdout.isTTY === true });
if (argv.includes('--wait')) setTimeout(() => process.exit(1), 60_000);
else process.exitCode = Number(argv[argv.indexOf('--code') + 1]) || 0;
