import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test, vi } from 'vitest';
import { lastLines, runCommand } from './run-command.ts';

test('both streams are kept, lines are told as they come', async () => {
  const lines: string[] = [];
  const result = await runCommand(['sh', '-c', 'echo one; echo two >&2; echo three; exit 3'], {
    onLine: (line) => lines.push(line),
  });
  expect(result).toMatchObject({ succeeded: false, exitCode: 3 });
  expect(result.output).toContain('three');
  expect(lines.sort()).toEqual(['one', 'three', 'two']);
});

test('it has the environment it is given, and speaks English', async () => {
  const env = { PATH: process.env['PATH'], LANG: 'de_DE.UTF-8', A: 'b' };
  const { output } = await runCommand(['sh', '-c', 'echo $A $LC_ALL $HOME.'], { env });
  expect(output).toBe('b C.UTF-8 .');
});

test('a program that is not there fails, and says so', async () => {
  const result = await runCommand(['/nowhere/program']);
  expect(result).toEqual({ succeeded: false, exitCode: undefined, output: expect.stringContaining('ENOENT') });
});

test('an abort ends the program and what it has started', async () => {
  const directory = temporaryDirectory();
  const [begun, alive] = [join(directory, 'begun'), join(directory, 'alive')];
  const abort = new AbortController();
  const inBackground = `(trap 'exit 1' TERM; touch '${begun}'; sleep 60 & wait; touch '${alive}') & wait`;
  const running = runCommand(['sh', '-c', inBackground], { signal: abort.signal });
  await vi.waitUntil(() => existsSync(begun));
  abort.abort('enough');
  // Resolves only when nobody holds the output open any more.
  await expect(running).rejects.toBe('enough');
  expect(existsSync(alive)).toBe(false);
  await expect(runCommand(['true'], { signal: AbortSignal.abort('before') })).rejects.toBe('before');
});

test('the last lines of an output', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc');
});
