import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { MemberStatus } from '../run/member-status.ts';
import { member, record } from '../testing.ts';
import { type LiveStream, liveView } from './live-table.ts';

function view(statuses: MemberStatus[], terminal?: { rows: number }) {
  const stream: LiveStream & PassThrough = Object.assign(
    new PassThrough(),
    terminal && { isTTY: true, columns: 80, ...terminal },
  );
  const read = () => stripVTControlCharacters(String(stream.read() ?? ''));
  return { ...liveView({ parallel: 2, statuses: () => statuses, stream, now: () => 0 }), read };
}

const status = (id: string, state: MemberStatus['state'], hasRun = true): MemberStatus => ({
  member: member(id, { epochs: 5 }),
  state,
  run: hasRun ? { directory: '', memberId: id, record: record({ lastMs: 0, status: 'RUNNING' }) } : undefined,
  isOld: false,
});

test('a log gets a line for each epoch, once', () => {
  const statuses = [status('a', 'running'), status('b', 'running', false), status('c', 'waiting', false)];
  const { update, say, read } = view(statuses);
  update();
  expect(read()).toBe(
    'a, seed 1  epoch 3/5  val/accuracy 94.00 %  2 min 00 s left\n0 of 3 finished, 2 running, 1 waiting, about 6 min 00 s left\n',
  );
  update();
  say('b, seed 1: failed');
  expect(read()).toBe('b, seed 1: failed\n');
});

test('a terminal gets a table, with what runs first where there is little room', () => {
  const statuses = ['a', 'b', 'c', 'd', 'e'].map((id) => status(id, id === 'e' ? 'running' : 'finished'));
  const { update, read } = view(statuses, { rows: 24 });
  update();
  expect(read().split('\n').slice(0, 3)).toEqual([
    'Member     State     Epoch  val/accuracy',
    'a, seed 1  finished    3/5       94.00 %',
    'b, seed 1  finished    3/5       94.00 %',
  ]);
  const small = view(statuses, { rows: 6 });
  small.update();
  const lines = small.read().split('\n');
  expect(lines.slice(1, 4).map((line) => line.trimEnd().split('  ')[0])).toEqual([
    'a, seed 1',
    'e, seed 1',
    '… and 3 more',
  ]);
  expect(lines[4]).toBe('4 of 5 finished, 1 running, about 2 min 00 s left');
});
