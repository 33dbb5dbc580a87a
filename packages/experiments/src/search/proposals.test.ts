import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import type { Member } from '../plan/expand-set.ts';
import type { MemberStatus } from '../run/member-status.ts';
import { member, record } from '../testing.ts';
import { Proposals } from './proposals.ts';
import { searchPlan, type Trial } from './search-plan.ts';

const space = { rate: { uniform: [0, 1] } };
const plan = searchPlan({ type: 'tpe', trials: 40, space, monitor: 'val/accuracy' }, 3, 'max');

function trial(number: number, values: Trial['values'] = { rate: '0.5' }): Member {
  const redraw = (others: Trial['values']): Member => trial(number, others);
  return { ...member(`rate ${values['rate']}`), trial: { search: 's', number, values, plan }, redraw };
}

/** Ten trials, that get the better the nearer they are to 0.9. */
const begun: MemberStatus[] = Array.from({ length: 10 }, (_, index) => {
  const accuracy = 1 - Math.abs(0.9 - index / 10);
  const epochs = new Map([[1, { 'val/accuracy': accuracy }]]);
  const run = { directory: '', record: record({ epochs }), memberId: undefined };
  return { member: trial(index + 1, { rate: String(index / 10) }), state: 'finished', run, isOld: false };
});

test('what comes after the drawn trials is proposed from them, and a later session has the same', () => {
  const file = join(temporaryDirectory(), 'proposals.jsonl');
  const proposals = new Proposals(file);
  expect(proposals.propose(trial(10), begun)).toMatchObject({ id: 'rate 0.5' });
  const proposed = proposals.propose(trial(11), begun);
  const next = proposals.propose(trial(12), [
    ...begun,
    { member: proposed, state: 'running', run: undefined, isOld: false },
  ]);
  for (const { trial: of } of [proposed, next]) expect(Number(of!.values['rate'])).toBeGreaterThan(0.6);
  expect(next.trial!.values).not.toEqual(proposed.trial!.values);

  // Cut off while the third was written.
  appendFileSync(file, '{"search":"s","tri');
  const later = new Proposals(file);
  expect(later.applied(trial(11)).id).toBe(proposed.id);
  expect(later.applied(trial(12)).id).toBe(next.id);
  expect(later.applied(trial(13)).id).toBe('rate 0.5');
  // What was proposed stays, whatever is known by now.
  expect(later.propose(later.applied(trial(11)), begun.slice(5)).id).toBe(proposed.id);
  expect(new Proposals(file).applied(trial(12)).id).toBe(next.id);
});

test('a search that does not learn has what was drawn', () => {
  const drawn = { ...trial(12), trial: { ...trial(12).trial!, plan: { ...plan, type: 'random' as const } } };
  expect(new Proposals(join(temporaryDirectory(), 'none')).propose(drawn, begun)).toBe(drawn);
});
