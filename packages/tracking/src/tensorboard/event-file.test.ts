import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { openRun, type TrackedRun } from '../index.ts';
import { EventFile } from './event-file.ts';
import { frameRecord, recordEnds } from './records.ts';

/** A grey picture of two pixels by one. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNoaAAAAYQBAVnSRkMAAAAASUVORK5CYII=',
  'base64',
);

const begin = (workspaceDir: string): Promise<TrackedRun> =>
  openRun({
    ...{ experiment: 'digits', runName: 'a/b', server: 'none', workspaceDir },
    runsDir: join(workspaceDir, 'runs'),
    systemMetrics: false,
  });

const fileIn = (directory: string): string => {
  const names = readdirSync(directory);
  expect(names).toHaveLength(1);
  return join(directory, names[0]!);
};

test('a file that is gone on with is the one that would have been written at once, wherever its writer was killed', async () => {
  const [workspace, whole, torn] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()];
  const run = await begin(workspace);
  run.logBytes('a: 1\n', 'config.yaml');
  run.logMetrics({ 'train/loss': 0.5, 'val/loss': NaN }, 1);
  const first = new EventFile(run.directory, torn);
  first.update();
  run.logImage('mistakes/val', 2, png);
  run.logMetrics({ 'train/loss': 0.25 }, 2);
  await run.end('FINISHED');
  const all = new EventFile(run.directory, whole);
  all.update();
  const expected = readFileSync(fileIn(all.directory));
  expect(recordEnds(expected)).toHaveLength(1 + 4);

  const file = fileIn(first.directory);
  first.update();
  expect(readFileSync(file).equals(expected)).toBe(true);
  for (const length of [0, 5, 30, 60, 200, expected.length - 1, expected.length]) {
    truncateSync(file, Math.min(length, expected.length));
    new EventFile(run.directory, torn).update();
    expect(readFileSync(file).equals(expected), `cut at ${length}`).toBe(true);
  }
  // A disk that lost what was written last.
  writeFileSync(file, Buffer.concat([expected.subarray(0, 60), Buffer.alloc(40)]));
  new EventFile(run.directory, torn).update();
  expect(readFileSync(file).equals(expected)).toBe(true);
});

test('a line of the journal that is not yet whole waits', async () => {
  const run = await begin(temporaryDirectory());
  const file = new EventFile(run.directory, temporaryDirectory());
  file.update();
  const records = (): number => recordEnds(readFileSync(fileIn(file.directory))).length;
  const journal = join(run.directory, 'journal.jsonl');
  appendFileSync(journal, '{"time":1,"type":"metrics","step":1,');
  file.update();
  expect(records()).toBe(1);
  appendFileSync(journal, '"values":{"a":1}}\n');
  file.update();
  expect(records()).toBe(2);
  await run.end('KILLED');
});

test('a damaged record, and all behind it, is none', () => {
  const record = frameRecord(Buffer.from('a'));
  const two = Buffer.concat([record, record]);
  expect(recordEnds(two)).toEqual([17, 34]);
  two[17 + 12] = 0x62;
  expect(recordEnds(two)).toEqual([17]);
  two[8] = 0;
  expect(recordEnds(two)).toEqual([]);
});
