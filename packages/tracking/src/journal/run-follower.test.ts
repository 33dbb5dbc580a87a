import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { RunFollower } from './run-follower.ts';

const run = { type: 'run', uuid: 'u', name: 'a, seed 1', experiment: 'e', parent: 'p', server: null };
const epoch = (step: number, accuracy: number) => ({
  type: 'metrics',
  step,
  values: { 'val/accuracy': accuracy, 'val/loss': 'NaN', epoch_seconds: 2 },
});

/** Adds entries to a run's journal. */
function writeJournal(directory: string, entries: readonly object[], timeMs = Date.now()): void {
  const lines = entries.map((entry) => `${JSON.stringify({ time: timeMs, ...entry })}\n`);
  appendFileSync(join(directory, 'journal.jsonl'), lines.join(''));
}

test('a journal is followed while it is written, whole lines only', () => {
  const directory = temporaryDirectory();
  const follower = new RunFollower(directory);
  follower.refresh();
  expect(follower.record).toBeUndefined();

  writeJournal(directory, [run, { type: 'params', values: { seed: '1' } }, epoch(1, 0.5)], 1000);
  const line = JSON.stringify({ time: 2000, ...epoch(2, 0.7) });
  appendFileSync(join(directory, 'journal.jsonl'), line.slice(0, 20));
  follower.refresh();
  expect(follower.record).toMatchObject({
    uuid: 'u',
    parent: 'p',
    status: 'RUNNING',
    params: { seed: '1' },
    lastMs: 1000,
  });
  expect([...follower.record!.epochs.keys()]).toEqual([1]);

  appendFileSync(join(directory, 'journal.jsonl'), `${line.slice(20)}\n`);
  follower.refresh();
  expect([...follower.record!.epochs.keys()]).toEqual([1, 2]);
  expect(follower.record!.epochs.get(2)).toEqual({ 'val/accuracy': 0.7, 'val/loss': NaN, epoch_seconds: 2 });
});

test('a run that goes on is no longer ended; its model’s metrics are its own', () => {
  const directory = temporaryDirectory();
  writeJournal(directory, [run, epoch(1, 0.5), { type: 'ended', status: 'KILLED' }]);
  const follower = new RunFollower(directory);
  follower.refresh();
  expect(follower.record!.status).toBe('KILLED');
  writeJournal(directory, [{ type: 'resumed' }, epoch(2, 0.6)]);
  appendFileSync(join(directory, 'journal.jsonl'), 'cut off by a power failure\n');
  follower.refresh();
  expect(follower.record!.status).toBe('RUNNING');
  const profile = JSON.stringify({ num_images: 10_000 });
  writeJournal(directory, [
    { type: 'metrics', step: 2, values: { best_epoch: 1 } },
    // As it was called before.
    { type: 'model', metrics: { 'test/accuracy': 0.58 } },
    { type: 'dataset', name: 'mnist', context: 'test', profile },
    { type: 'tags', values: { 'glyphlab.cpu': 'x' } },
    { type: 'ended', status: 'FINISHED' },
  ]);
  follower.refresh();
  expect(follower.record).toMatchObject({
    status: 'FINISHED',
    metrics: { best_epoch: 1, test_accuracy: 0.58, 'val/accuracy': 0.6 },
    datasets: [{ name: 'mnist', context: 'test', numImages: 10_000 }],
    tags: { 'glyphlab.cpu': 'x' },
  });
  expect(follower.record!.epochs.size).toBe(2);
});

test('a line longer than what is read at once is read', () => {
  const directory = temporaryDirectory();
  writeJournal(directory, [run, { type: 'tags', values: { long: 'x'.repeat(200_000) } }, epoch(1, 0.5)]);
  const follower = new RunFollower(directory);
  follower.refresh();
  expect(follower.record!.tags['long']).toHaveLength(200_000);
  expect([...follower.record!.epochs.keys()]).toEqual([1]);
});
