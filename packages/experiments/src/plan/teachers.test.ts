import { expect, test } from 'vitest';
import { expand, refusal } from './expand-testing.ts';
import { teachersOf } from './teachers.ts';

const distilled = (...teachers: string[]): string =>
  `set: { training.distill: { teachers: [${teachers.map((name) => `'${name}'`).join(', ')}] } }`;

const teachers = `
  - { config: ../configs/digits.yaml, name: wide, seeds: [1, 2] }
  - { config: ../configs/digits.yaml, name: long, set: { training.epochs: 9 } }`;

test('teachers are all seeds of a member above, or one of them; others keep their names', () => {
  const { members } = expand(`
members:${teachers}
  - { config: ../configs/digits.yaml, name: all, ${distilled('member:wide', 'digits')}, seeds: [3, 4] }
  - { config: ../configs/digits.yaml, name: one, ${distilled('member:wide, seed 2', 'member:long')} }
`);
  const [first, second, long] = members.map(({ id }) => id);
  const of = (name: string) => members.find((member) => member.name === name)!.config.training.distill!.teachers;
  expect(of('all, seed 3')).toEqual([`member:${first}`, `member:${second}`, 'digits']);
  expect(of('all, seed 4')).toEqual(of('all, seed 3'));
  expect(of('one, seed 1')).toEqual([`member:${second}`, `member:${long}`]);
  expect(teachersOf(members.find(({ name }) => name === 'all, seed 4')!.config)).toEqual([first, second]);
  expect(teachersOf(members[0]!.config)).toEqual([]);
});

test('a student is another member once its teachers are trained otherwise', () => {
  const studentOf = (epochs: number): string =>
    expand(`
members:
  - { config: ../configs/digits.yaml, name: t, set: { training.epochs: ${epochs} } }
  - { config: ../configs/digits.yaml, name: s, ${distilled('member:t')} }
`).members[1]!.id;
  expect(studentOf(4)).not.toBe(studentOf(5));
  expect(studentOf(4)).toBe(studentOf(4));
});

const search = '{ type: random, trials: 2, space: { training.batchSize: { choice: [16, 32] } } }';

test.each([
  ['one below', `[{ config: ../configs/digits.yaml, name: s, ${distilled('member:wide')} }, { config: ../configs/digits.yaml, name: wide, seeds: [2] }]`, /members\.0[^]*No member above this one is called "wide"\.[^]*Above it are: none/], // prettier-ignore
  ['a misspelt one', `[{ config: ../configs/digits.yaml, name: wide }, { config: ../configs/digits.yaml, name: s, ${distilled('member:wid')} }]`, /CONFIG_NO_TEACHER[^]*Did you mean "wide"\?/], // prettier-ignore
  ['one of other folds', `[{ config: ../configs/digits.yaml, name: t, folds: 2 }, { config: ../configs/digits.yaml, name: s, ${distilled('member:t')} }]`, /CONFIG_TEACHER_IN_FOLDS[^]*held out/], // prettier-ignore
  ['a search', `[{ config: ../configs/digits.yaml, name: t, search: ${search} }, { config: ../configs/digits.yaml, name: s, ${distilled('member:t')} }]`, /CONFIG_TEACHER_OF_SEARCH/], // prettier-ignore
])('a teacher cannot be %s', (_, members, message) => {
  expect(refusal(`members: ${members}\n`)).toMatch(message);
});
