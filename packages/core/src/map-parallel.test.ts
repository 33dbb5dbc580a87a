import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mapParallel } from './map-parallel.ts';

test('results stand in the order of the items, however long each takes', async () => {
  let now = 0;
  let most = 0;
  const work = async (item: number, index: number) => {
    most = Math.max(most, ++now);
    for (let k = 0; k < 10 - item; k++) await turn();
    now--;
    return [item, index];
  };
  expect(await mapParallel([5, 1, 9, 3], work, { concurrency: 2 })).toEqual([
    [5, 0],
    [1, 1],
    [9, 2],
    [3, 3],
  ]);
  expect(most).toBe(2);
});

test('a failure begins nothing more, and waits for what is under way', async () => {
  const events: string[] = [];
  const work = async (item: string) => {
    events.push(`${item} begins`);
    await turn();
    if (item === 'b') throw new Error('broken');
    for (let k = 0; k < 5; k++) await turn();
    events.push(`${item} ends`);
  };
  await expect(mapParallel(['a', 'b', 'c', 'd'], work, { concurrency: 2 })).rejects.toThrow('broken');
  expect(events).toEqual(['a begins', 'b begins', 'a ends']);
});
