import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { temporaryDirectory } from './testing.ts';
import { withFileLock } from './file-lock.ts';

let directory: string;
beforeEach(() => void (directory = temporaryDirectory()));

test('work under one lock is done one after the other, and leaves nothing', async () => {
  const done: string[] = [];
  const onWait = vi.fn();
  const work = (name: string) =>
    withFileLock(join(directory, 'install'), { onWait }, async () => {
      done.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      done.push(`${name} ends`);
    });
  await Promise.all([work('one'), work('other')]);
  const [first, second] = done[0]!.startsWith('one') ? ['one', 'other'] : ['other', 'one'];
  expect(done).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
  expect(onWait).toHaveBeenCalledOnce();
  expect(readdirSync(directory)).toEqual([]);
});

test('who waits can be told to stop', async () => {
  const controller = new AbortController();
  const file = join(directory, 'install');
  await withFileLock(file, {}, async () => {
    const onWait = (): void => controller.abort();
    const waiting = withFileLock(file, { onWait, signal: controller.signal }, async () => undefined);
    await expect(waiting).rejects.toThrow(/aborted/);
  });
});
