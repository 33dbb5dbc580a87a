import { expect, test } from 'vitest';
import { toValue, type Node } from './node.ts';
import { applyOverrides } from './overrides.ts';
import { parseYaml } from './parse-yaml.ts';
import { ProblemsFound } from './problem.ts';

const tree = (text: string): Node => parseYaml(text, (line) => ({ file: 'a.yaml', line }))!;
const apply = (text: string, ...sets: string[]) => toValue(applyOverrides(tree(text), sets));

function problems(text: string, ...sets: string[]) {
  try {
    apply(text, ...sets);
  } catch (error) {
    if (error instanceof ProblemsFound) return error.problems;
    throw error;
  }
  return [];
}

test.each<[text: string, sets: string[], expected: unknown]>([
  ['a: { b: 1 }', ['a.b=2'], { a: { b: 2 } }],
  ['a: { b: 1 }', ['a.b=2', 'a.b=3'], { a: { b: 3 } }],
  ['a: { b: 1 }', ['a.c.d=text with = sign'], { a: { b: 1, c: { d: 'text with = sign' } } }],
  ['a: { b: 1, c: 2 }', ['a={ c: 3 }'], { a: { b: 1, c: 3 } }],
  ['a: { b: 1, c: 2 }', ['a.b=null'], { a: { c: 2 } }],
  ['a: [{ r: 1 }, { r: 2 }]', ['a.1.r=5'], { a: [{ r: 1 }, { r: 5 }] }],
  ['a: [{ r: 1 }, { r: 2 }]', ['a.0=null'], { a: [{ r: 2 }] }],
  ['a: [1, 2]', ['a=[]'], { a: [] }],
  ['a: 1', ['a=1e-3'], { a: 0.001 }],
  ['a: 1', ['a="1"'], { a: '1' }],
  ['a: 1', ['a=true', 'b={ c: [x] }'], { a: true, b: { c: ['x'] } }],
  ['a: { type: x, old: 1 }', ['a.new=2', 'a.type=y'], { a: { type: 'y', new: 2 } }],
  ['a: 1', ['a=run #3'], { a: 'run #3' }],
  ['a: 1', ['a=pictures/a #b'], { a: 'pictures/a #b' }],
  ['a: 1', ['a=@team', 'b=a: b', 'c=%x', 'd=- x', 'e=*x'], { a: '@team', b: 'a: b', c: '%x', d: '- x', e: '*x' }],
  ['a: 1', ["a='run #3'", 'b=v1.10', 'c=1.10'], { a: 'run #3', b: 'v1.10', c: 1.1 }],
  // Several lines are YAML where they are a list or mapping, else a text.
  ['a: 1', ['a=one\ntwo', 'b=- 1\n- 2', 'c=d: 1\ne: 2'], { a: 'one\ntwo', b: [1, 2], c: { d: 1, e: 2 } }],
  ['a: 1', ['b.007=x', 'b={ 007: y, 1.10: z }'], { a: 1, b: { '007': 'y', '1.10': 'z' } }],
])('%s with %j', (text, sets, expected) => {
  expect(apply(text, ...sets)).toEqual(expected);
});

test.each([
  ['optimizer: adam', 'optimizer=adam'],
  ['training.optimizer.type:', 'training.optimizer.type=VALUE'],
])('%s, as in a file, is refused with how an override is written', (set, written) => {
  expect(problems('a: 1', set)).toMatchObject([{ hint: expect.stringMatching(`: ${written}$`) as string }]);
});

test('what cannot be understood is refused, all at once', () => {
  const found = problems(
    'a: [1]\nb: { c: 1 }',
    'novalue',
    'a=',
    '=1',
    'a..b=1',
    'a.1=2',
    'a.x=2',
    'b.d=null',
    'b.c=[1',
  );
  expect(found.map(({ code, where }) => `${code} ${where}`)).toEqual([
    'CONFIG_BAD_OVERRIDE --set novalue',
    'CONFIG_BAD_OVERRIDE --set a=',
    'CONFIG_BAD_OVERRIDE --set =1',
    'CONFIG_BAD_OVERRIDE --set a..b=1',
    'CONFIG_NOT_YAML --set b.c=[1',
    'CONFIG_BAD_OVERRIDE --set a.1=2 › a',
    'CONFIG_BAD_OVERRIDE --set a.x=2 › a',
    'CONFIG_NOTHING_TO_DELETE --set b.d=null › b.d',
  ]);
});

test('what is neither YAML nor plain text is refused, with the way to write it as text', () => {
  const found = problems('a: 1', 'a=[draft] x', 'a=${seed}', 'a=[8, 16] # two');
  expect(found.map(({ code, hint }) => `${code} ${hint}`)).toEqual([
    `CONFIG_NOT_YAML If it is meant as text, put it in quotes: --set 'a="[draft] x"'.`,
    'CONFIG_NO_INTERPOLATION Write the value itself, or give it with --set key.path=value.',
    `CONFIG_NOT_YAML If it is meant as text, put it in quotes: --set 'a="[8, 16] # two"'.`,
  ]);
  for (const text of ['{team}', '{team}: x', '[a: b: c]'])
    expect(problems('a: 1', `a=${text}`)).toMatchObject([{ hint: expect.stringContaining(`'a="${text}"'`) as string }]);
});
