import { expect, test } from 'vitest';
import { lastLines, runCommand } from './run-command.ts';

test('both streams are kept, lines are told as they come', async () => {
  const lines: string[] = [];
  const result = await runCommand('sh', ['-c', 'echo one; echo two >&2; printf three; exit 3'], {
    onLine: (line) => lines.push(line),
  });
  expect(result.code).toBe(3);
  expect(result.output).toContain('three');
  expect(lines.sort()).toEqual(['one', 'two']);
});

test('a program that is not there has no exit code', async () => {
  expect(await runCommand('/nowhere/program', [])).toMatchObject({ code: undefined, startError: 'ENOENT' });
});

test('an abort ends the program', async () => {
  const signal = AbortSignal.timeout(50);
  await expect(runCommand('sleep', ['60'], { signal })).rejects.toThrow('The operation was aborted due to timeout');
  await expect(runCommand('true', [], { signal: AbortSignal.abort('before') })).rejects.toBe('before');
});

test('the last lines of an output', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc');
});
