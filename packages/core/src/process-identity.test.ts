import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { findProcess, identityOf, isRunning, listProcesses } from './process-identity.ts';

test('a process is the same for as long as it runs', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
  const identity = identityOf(child.pid);
  expect(isRunning(identity)).toBe(true);
  expect(findProcess(child.pid!)).toMatchObject({ parent: process.pid, group: child.pid });
  expect(listProcesses().map(({ pid }) => pid)).toContain(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(identity)).toBe(false);
  expect(findProcess(child.pid!)).toBeUndefined();
});

test('a pid that was given out again, and one of an earlier boot, is another process', () => {
  const identity = identityOf();
  expect(isRunning(identity)).toBe(true);
  expect(isRunning({ ...identity, started: '1' })).toBe(false);
  expect(isRunning({ ...identity, boot: 'earlier' })).toBe(false);
  expect(isRunning({ ...identity, started: '', pid: 2 ** 22 + 1 })).toBe(false);
});

test('of another machine nothing is known', () => {
  expect(isRunning({ ...identityOf(), host: 'elsewhere' })).toBe('unknown');
});

test('on Windows, which has no ps, a process that runs is told from one that has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  vi.spyOn(process, 'platform', 'get').mockReturnValue('win32');
  vi.stubEnv('PATH', '');
  vi.resetModules();
  try {
    const onWindows = await import('./process-identity.ts');
    const identity = onWindows.identityOf(child.pid);
    expect(onWindows.isRunning(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(onWindows.isRunning(identity)).toBe(false);
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
});
