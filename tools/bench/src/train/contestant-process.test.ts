import { expect, test } from 'vitest';
import { ContestantProcess } from './contestant-process.ts';
import type { Contestant } from './contestants.ts';

const contestant = (script: string): Contestant => ({
  id: 'a contestant',
  command: [process.execPath, '-e', script],
  images: (batch) => batch,
});

const echo = `
  console.log(JSON.stringify({ version: '1.2' }));
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { batch, images } = JSON.parse(line);
    console.log(JSON.stringify({ imagesPerSecond: batch + images }));
  });
`;

test('answers each request and leaves when it is not needed any more', async () => {
  const process = await ContestantProcess.start(contestant(echo));
  expect(process.version).toBe('1.2');
  expect(await process.run({ batch: 2, images: 3 })).toEqual({ imagesPerSecond: 5 });
  expect(await process.run({ batch: 4, images: 5 })).toEqual({ imagesPerSecond: 9 });
  await expect(process.end()).resolves.toBeUndefined();
});

test('one that fails says why', async () => {
  const failing = contestant(`console.error('no such module'); process.exit(1)`);
  await expect(ContestantProcess.start(failing)).rejects.toMatchObject({
    code: 'BENCH_CONTESTANT_FAILED',
    where: 'a contestant',
    message: expect.stringContaining('no such module') as string,
  });
});

test('an abort ends one in the middle of a run', async () => {
  const deaf = contestant(`console.log('{"version":"1"}'); setInterval(() => {}, 1000)`);
  const controller = new AbortController();
  const process = await ContestantProcess.start(deaf, { signal: controller.signal });
  const answer = process.run({ batch: 1, images: 1 });
  controller.abort();
  await expect(answer).rejects.toMatchObject({ code: 'BENCH_CONTESTANT_FAILED' });
  await process.end();
});
