import { expect, test } from 'vitest';
import { bars, ratioRows } from './bars.ts';
import { ours, PYTORCH_DEFAULT, TFJS_FIT } from './contestants.ts';

const medians: Record<string, number> = {
  [`${ours('fp32', 1)}/64`]: 300,
  [`${ours('fp32', 2)}/64`]: 400,
  [`${PYTORCH_DEFAULT}/64`]: 200,
  [`${ours('fp32', 2)}/100`]: 500,
  [`${PYTORCH_DEFAULT}/100`]: 100,
};
const medianOf = (contestant: string, batch: number): number | undefined => medians[`${contestant}/${batch}`];

test('ratios of medians, with two towers and with one, against their bar', () => {
  expect(ratioRows([64], medianOf)).toEqual([
    {
      name: 'fp32 to PyTorch as written by default',
      towers: 2,
      ratios: [{ batch: 64, ratio: 2, bar: 1.7, met: true }],
    },
    {
      name: 'fp32 to PyTorch as written by default',
      towers: 1,
      ratios: [{ batch: 64, ratio: 1.5, bar: 1.7, met: false }],
    },
  ]);
});

test('a batch size without a bar has a ratio and no verdict', () => {
  expect(ratioRows([100], medianOf)).toEqual([
    { name: 'fp32 to PyTorch as written by default', towers: 2, ratios: [{ batch: 100, ratio: 5 }] },
  ]);
});

test('without peers there are no rows; every peer with a bar has one', () => {
  expect(ratioRows([64], (contestant) => (contestant.startsWith('glyphlab') ? 1 : undefined))).toEqual([]);
  expect(ratioRows([32], () => 1).length).toBe(2 * bars.length);
  expect(bars.map(({ peer }) => peer)).toContain(TFJS_FIT);
});
