import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { lockHolder, RunLock } from './run-lock.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});

test('a lock is held until it is released', () => {
  const first = RunLock.take(directory, 'training');
  expect(RunLock.take(directory, 'sync')).toMatchObject({ holder: { pid: process.pid, role: 'training' } });
  if ('lock' in first) first.lock.release();
  expect(lockHolder(directory)).toBeUndefined();
  expect(RunLock.take(directory, 'sync')).toHaveProperty('lock');
  expect(readdirSync(directory)).toEqual(['lock.2']);
});

test('the lock of a killed process is taken over, by one of many only', async () => {
  const script = `
    import { RunLock } from ${JSON.stringify(new URL('./run-lock.ts', import.meta.url).href)};
    const taken = RunLock.take(${JSON.stringify(directory)}, 'sync');
    console.log('lock' in taken ? 'taken' : 'held');
    setInterval(() => {}, 1000);`;
  const start = () =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const answer = async (child: ReturnType<typeof start>) => String((await once(child.stdout!, 'data'))[0]).trim();
  const first = start();
  expect(await answer(first)).toBe('taken');
  first.kill('SIGKILL');
  await once(first, 'exit');
  const others = [start(), start(), start()];
  try {
    expect((await Promise.all(others.map(answer))).sort()).toEqual(['held', 'held', 'taken']);
  } finally {
    for (const child of others) child.kill('SIGKILL');
  }
});

test('a holder on another machine counts as alive while it gives signs', () => {
  RunLock.take(directory, 'training');
  const path = join(directory, 'lock.1');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"host":"[^"]*"/, '"host":"elsewhere"'));
  expect(lockHolder(directory)).toMatchObject({ host: 'elsewhere' });
  const longAgo = new Date(Date.now() - 600_000);
  utimesSync(path, longAgo, longAgo);
  expect(lockHolder(directory)).toBeUndefined();
});
