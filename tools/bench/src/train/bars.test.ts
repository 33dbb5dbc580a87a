import { expect, test } from 'vitest';
import { bars, ratioRows } from './bars.ts';
import { ours, PYTORCH_DEFAULT, pytorchModes, TFJS_FIT } from './contestants.ts';

const medians: Record<string, number> = {
  [`${ours('fp32', 1)}/64`]: 300,
  [`${ours('fp32', 2)}/64`]: 400,
  [`${PYTORCH_DEFAULT}/64`]: 200,
  [`${ours('fp32', 2)}/100`]: 500,
  [`${PYTORCH_DEFAULT}/100`]: 100,
};
const medianOf = (contestant: string, batch: number): number | undefined => medians[`${contestant}/${batch}`];

const defaultName = 'fp32 to PyTorch as written by default';
const onlyDefault = (batch: number) => ratioRows([batch], medianOf).filter(({ name }) => name === defaultName);

test('ratios of medians, with two towers and with one, against their bar', () => {
  expect(onlyDefault(64)).toEqual([
    {
      name: defaultName,
      towers: 2,
      ratios: [{ batch: 64, ratio: 2, bar: 1.7, met: true }],
    },
    {
      name: defaultName,
      towers: 1,
      ratios: [{ batch: 64, ratio: 1.5, bar: 1.7, met: false }],
    },
  ]);
});

test('a batch size without a bar has a ratio and no verdict', () => {
  expect(onlyDefault(100)).toEqual([{ name: defaultName, towers: 2, ratios: [{ batch: 100, ratio: 5 }] }]);
});

test('without peers there are no rows; every peer with a bar has one', () => {
  expect(ratioRows([64], (contestant) => (contestant.startsWith('glyphlab') ? 1 : undefined))).toEqual([]);
  expect(ratioRows([32], () => 1).length).toBe(2 * bars.length);
  expect(bars.flatMap(({ peers }) => peers)).toContain(TFJS_FIT);
});

test('PyTorch’s best is the fastest of its ways that ran', () => {
  const modes = Object.keys(pytorchModes.fp32);
  const speeds = new Map([
    [ours('fp32', 2), 3000],
    ...modes.slice(1).map((id, k) => [id, 1000 + 500 * (k % 2)] as const),
  ]);
  const best = ratioRows([64], (contestant) => speeds.get(contestant)).find(
    ({ name }) => name === 'fp32 to PyTorch’s best in fp32',
  );
  expect(best).toMatchObject({ towers: 2, ratios: [{ ratio: 2, bar: 1.25, met: true }] });
});
