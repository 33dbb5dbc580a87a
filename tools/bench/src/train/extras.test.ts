import { expect, test } from 'vitest';
import { describeExtras, type Figure, isMet } from './extras.ts';

const memory: Figure = { name: 'memory', value: 1.2, unit: 'GB', bar: { at: 'most', value: 1.5 } };
const start: Figure = { name: 'start', value: 2.5, unit: 's' };
const speed: Figure = { name: 'speed', value: 1.2, unit: '×', bar: { at: 'least', value: 1.5 } };

test('a figure is to be at most or at least its bar', () => {
  expect([isMet(memory), isMet(speed), isMet({ ...memory, value: 1.5 })]).toEqual([true, false, true]);
});

test('figures stand beside their bars', () => {
  const text = describeExtras({
    startedAt: '2026-01-02T03:04:05.000Z',
    machine: { processor: 'Processor', cores: 2, platform: 'linux x64', node: '20.20.2' },
    loadAverage: 0,
    data: 'MNIST',
    figures: [memory, speed, start],
  });
  expect(text).toContain('| memory |  1.20 GB | ≤ 1.5 GB |    met |');
  expect(text).toMatch(/\| start +\| +2\.50 s \| +\| +\|/);
  expect(text).toContain('| speed  |   1.20 × |  ≥ 1.5 × | missed |');
});
