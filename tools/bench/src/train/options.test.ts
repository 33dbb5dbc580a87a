import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('without arguments: all batch sizes and peers, five rounds', () => {
  expect(parseOptions([])).toEqual({
    batches: [32, 64, 256],
    peers: ['pytorch', 'keras', 'tfjs'],
    rounds: 5,
    images: 6400,
    undisturbed: false,
    json: false,
    extras: false,
    help: false,
  });
});

test('lists may be given, with an equals sign or a space, and repeat nothing', () => {
  const args = ['--batch=64,64,128', '--peers', 'tfjs,pytorch', '--rounds=7', '--json'];
  expect(parseOptions(args)).toMatchObject({ batches: [64, 128], peers: ['tfjs', 'pytorch'], rounds: 7, json: true });
  expect(parseOptions(['--peers', 'none']).peers).toEqual([]);
});

test.each([
  [['--batch', '32,x'], 'BENCH_BAD_NUMBER', '--batch', 'Received: "x"'],
  [['--batch', ''], 'BENCH_BAD_NUMBER', '--batch', 'Received: ""'],
  [['--rounds', '0'], 'BENCH_BAD_NUMBER', '--rounds', 'Received: "0"'],
  [['--rounds', '2.5'], 'BENCH_BAD_NUMBER', '--rounds', 'Received: "2.5"'],
  [['--peers', 'pytorhc'], 'BENCH_UNKNOWN_PEER', '--peers', 'no peer "pytorhc"'],
  [['--batches', '32'], 'BENCH_UNKNOWN_OPTION', undefined, '--batches'],
  [['64'], 'BENCH_UNKNOWN_OPTION', undefined, '64'],
])('%j is refused', (args, code, where, message) => {
  expect(() => parseOptions(args)).toThrow(
    expect.objectContaining({ code, where, exitCode: 2, message: expect.stringContaining(message) as string }),
  );
});

test('a misspelt peer brings the near one to mind', () => {
  expect(() => parseOptions(['--peers', 'pytorhc'])).toThrow(
    expect.objectContaining({ hint: 'Did you mean "pytorch"?' }),
  );
});
