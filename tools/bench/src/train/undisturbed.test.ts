import { expect, test } from 'vitest';
import { foreignShare, parseTicks } from './undisturbed.ts';

const machine = (user: number, idle: number): string => `cpu  ${user} 10 20 ${idle} 5 1 2 3 0 0\ncpu0 1 2 3 4\n`;
const process = '42 (a name) with) S 1 42 42 0 -1 4194304 100 0 0 0 70 30 0 0 20 0 3 0 100 1000 10';

test('busy time is all but idle and waiting for disks; a process has its own', () => {
  expect(parseTicks(machine(100, 1000), process)).toEqual({ all: 1141, busy: 136, own: 100 });
  expect(parseTicks(machine(100, 1000), '').own).toBe(0);
});

test('what others used is what is left of the busy time', () => {
  const before = { all: 1000, busy: 500, own: 100 };
  expect(foreignShare(before, { all: 1200, busy: 700, own: 290 })).toBeCloseTo(10 / 200);
  expect(foreignShare(before, { all: 1200, busy: 600, own: 205 })).toBe(0);
  expect(foreignShare(before, before)).toBe(0);
});
