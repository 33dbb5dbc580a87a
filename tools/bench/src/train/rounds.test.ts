import { expect, test } from 'vitest';
import { runRounds } from './rounds.ts';

test('everyone runs once per batch size and round, another one first each time; warming up does not count', async () => {
  const ran: string[] = [];
  let calls = 0;
  const participants = ['a', 'b', 'c'].map((id) => ({
    contestant: { id, images: (batch: number) => 10 * batch },
    run: async ({ batch, images }: { batch: number; images: number }) => {
      ran.push(`${id}${batch}/${images}`);
      return { imagesPerSecond: ++calls };
    },
  }));
  const { signal } = new AbortController();
  const series = await runRounds(participants, { batches: [1, 2], rounds: 2, onProgress: () => {}, signal });
  expect(ran.join(' ')).toBe(
    'a1/10 b1/10 c1/10 a2/20 b2/20 c2/20 b1/10 c1/10 a1/10 b2/20 c2/20 a2/20 c1/10 a1/10 b1/10 c2/20 a2/20 b2/20',
  );
  expect(series).toContainEqual({ contestant: 'a', batch: 1, imagesPerSecond: [9, 14] });
  expect(series).toContainEqual({ contestant: 'c', batch: 2, imagesPerSecond: [11, 16] });
  expect(series).toHaveLength(6);
});

test('an abort ends it between two runs', async () => {
  const controller = new AbortController();
  const participant = {
    contestant: { id: 'a', images: () => 1 },
    run: async () => {
      controller.abort();
      return { imagesPerSecond: 1 };
    },
  };
  const options = { batches: [1, 2], rounds: 1, onProgress: () => {}, signal: controller.signal };
  await expect(runRounds([participant], options)).rejects.toThrow('aborted');
});
