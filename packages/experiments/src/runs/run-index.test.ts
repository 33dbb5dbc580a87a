import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { writeJournal } from '../testing.ts';
import { RunIndex } from './run-index.ts';

function addRun(runsDir: string, name: string, parent: string, config?: string, timeMs = 1000): string {
  writeJournal(join(runsDir, name), [{ type: 'run', uuid: name, name, experiment: 'e', parent, server: null }], timeMs);
  mkdirSync(join(runsDir, name, 'artifacts'), { recursive: true });
  if (config !== undefined) writeFileSync(join(runsDir, name, 'artifacts', 'config.yaml'), config);
  return join(runsDir, name);
}

test('the runs of a set are those of its parents, by what their configuration is', () => {
  const runsDir = temporaryDirectory();
  addRun(runsDir, 'newer', 'p2', 'a', 2000);
  addRun(runsDir, 'older', 'p1', 'a', 1000);
  addRun(runsDir, 'other', 'p1', 'b');
  addRun(runsDir, 'foreign', 'p3', 'a');
  const index = new RunIndex({ runsDir, parents: ['p1', 'p2'], identify: (file) => readFileSync(file, 'utf8') });
  expect(index.runsOf('a').map(({ record }) => record.uuid)).toEqual(['older', 'newer']);
  expect(index.runsOf('b')).toHaveLength(1);
  expect(index.runsOf('c')).toEqual([]);
});

test('a run that begins later is found, once its configuration is there', () => {
  const runsDir = join(temporaryDirectory(), 'not-yet');
  const index = new RunIndex({ runsDir, parents: ['p'], identify: (file) => readFileSync(file, 'utf8') });
  const directory = addRun(runsDir, 'new', 'p');
  index.refresh();
  expect(index.runsOf('a')).toEqual([]);
  writeFileSync(join(directory, 'artifacts', 'config.yaml'), 'a');
  writeJournal(directory, [{ type: 'ended', status: 'FINISHED' }]);
  index.refresh();
  expect(index.runsOf('a')).toMatchObject([{ directory, record: { status: 'FINISHED' } }]);
});
