import { expect, test } from 'vitest';
import { epochOrder } from './epoch-order.ts';

test('every row once, the same for the same seed and epoch, another for another', () => {
  const order = epochOrder(1000, 1, 1);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, k) => k));
  expect(epochOrder(1000, 1, 1)).toEqual(order);
  expect(epochOrder(1000, 1, 2)).not.toEqual(order);
  expect(epochOrder(1000, 2, 1)).not.toEqual(order);
});
