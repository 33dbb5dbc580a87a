import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { nxParallel } from './nx-parallel.ts';

/** What is found in the command line of a process that stands for Nx. */
async function foundIn(args: readonly string[], target = 'experiment'): Promise<string | undefined> {
  const script = 'console.log(1); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', script, '--', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(child.stdout, 'data');
    return nxParallel({ NX_INVOCATION_ROOT_PID: String(child.pid), NX_TASK_TARGET_TARGET: target });
  } finally {
    child.kill('SIGKILL');
  }
}

test.each([
  [['--parallel', '2', '--report'], '2'],
  [['--file', 'a.yaml', '--parallel=3'], '3'],
  [['--file', 'a.yaml'], undefined],
])('of %s', async (args, parallel) => {
  expect(await foundIn(['run', 'trainer:experiment', ...args])).toBe(parallel);
});

test('only where Nx runs this command', async () => {
  expect(await foundIn(['--parallel', '2'], 'test')).toBeUndefined();
  expect(nxParallel({})).toBeUndefined();
  expect(nxParallel({ NX_INVOCATION_ROOT_PID: '999999999', NX_TASK_TARGET_TARGET: 'experiment' })).toBeUndefined();
});
