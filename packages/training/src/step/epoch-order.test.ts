import { expect, test } from 'vitest';
import { balancedOrder, epochOrder } from './epoch-order.ts';

test('every row once, the same for the same seed and epoch, another for another', () => {
  const order = epochOrder(1000, 1, 1);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, k) => k));
  expect(epochOrder(1000, 1, 1)).toEqual(order);
  expect(epochOrder(1000, 1, 2)).not.toEqual(order);
  expect(epochOrder(1000, 2, 1)).not.toEqual(order);
});

test('balanced, an epoch has as many rows, each class as often, and the rows of a class as often as each other', () => {
  const labels = Uint8Array.from({ length: 210 }, (_, k) => (k % 21 === 0 ? 2 : k % 2));
  const order = balancedOrder(labels, 1, 1);
  const count = (rows: Int32Array, label: number) => [...rows].filter((row) => labels[row] === label).length;
  expect([0, 1, 2].map((label) => count(order, label))).toEqual([70, 70, 70]);
  const times = [...new Set(order)]
    .filter((row) => labels[row] === 2)
    .map((row) => order.filter((r) => r === row).length);
  expect(times).toEqual(Array(10).fill(7));
  // Of a frequent class each row at most once, and others in the next epoch.
  const frequent = (epoch: number) => [...balancedOrder(labels, 1, epoch)].filter((row) => labels[row] === 0);
  expect(new Set(frequent(1)).size).toBe(70);
  expect(new Set([...frequent(1), ...frequent(2)]).size).toBeGreaterThan(70);
  expect(balancedOrder(labels, 1, 1)).toEqual(order);
  expect(balancedOrder(Uint8Array.of(0, 0, 0, 5, 0), 1, 1)).toHaveLength(5);
});
