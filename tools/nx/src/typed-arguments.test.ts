import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const { typedArguments } = createRequire(import.meta.url)('../typed-arguments.cjs') as {
  typedArguments(all: readonly string[], kept: readonly string[], own: readonly string[]): string[];
};

test.each<[all: string, kept: string, typed: string]>([
  ['run t:x --file a.yaml --parallel 2', '--file a.yaml', '--file a.yaml --parallel 2'],
  ['run t:x --parallel=2 --report', '--report', '--parallel=2 --report'],
  ['run t:x --parallel 2 --seeds 2', '--seeds 2', '--parallel 2 --seeds 2'],
  // Nx takes --batch for a switch, and leaves its value.
  ['run t:x --batch 64 --json', '64 --json', '--batch 64 --json'],
  ['x t --file a.yaml --skip-nx-cache', '--file a.yaml', '--file a.yaml'],
  ['run t:x --verbose -- --rounds 5', '--rounds 5', '--rounds 5'],
  ['run t:x --a "1"', '--a 1', '--a 1'],
])('%s', (all, kept, typed) => {
  expect(typedArguments(all.split(' '), kept.split(' '), ['parallel', 'batch'])).toEqual(typed.split(' '));
});
