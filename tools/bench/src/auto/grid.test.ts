import { expect, test } from 'vitest';
import { autoAt, describeGrid, nameOf, type Setting, settings, verdicts } from './grid.ts';

const [exact, rough]: [Setting, Setting] = [
  { precision: 'fp32', towers: 2, threads: 2 },
  { precision: 'bf16', towers: 2, threads: 2 },
];
const series = [
  { contestant: nameOf(exact), batch: 64, imagesPerSecond: [900, 1000, 1100] },
  { contestant: nameOf(rough), batch: 64, imagesPerSecond: [1000, 1040, 1500] },
];

test('all combinations are tried, and what auto chooses besides, once', () => {
  const lists = { precisions: ['fp32', 'bf16'], towers: [2], threads: [1, 2] } as const;
  const names = settings(lists, [exact, { ...exact, towers: 4 }]).map(nameOf);
  expect(names).toHaveLength(5);
  expect(names).toContain('fp32, towers 4, threads 2');
});

test('auto leaves nothing open', () => {
  expect(nameOf(autoAt(64))).toMatch(/^(fp32|bf16), towers [1-4], threads \d+$/);
});

test('auto is held against the best by medians', () => {
  const [verdict] = verdicts(series, new Map([[64, exact]]));
  expect(verdict).toMatchObject({ batch: 64, best: nameOf(rough), met: true });
  expect(verdict!.slower).toBeCloseTo(1 - 1000 / 1040, 6);
  const slow = verdicts([{ ...series[0]!, imagesPerSecond: [900] }, series[1]!], new Map([[64, exact]]));
  expect(slow[0]!.met).toBe(false);
});

test('the table marks what auto chose and what is best', () => {
  const text = describeGrid(series, verdicts(series, new Map([[64, exact]])));
  expect(text).toMatch(/\| fp32, towers 2, threads 2 +\| +1,000 \(20 %\) auto \|/);
  expect(text).toMatch(/\| bf16, towers 2, threads 2 +\| +1,040 \(48 %\) best \|/);
  expect(text).toMatch(/^Batch 64: auto \(fp32, towers 2, threads 2\) is 3\.8 % slower than the best .*: met, ≤ 5 %$/m);
});
