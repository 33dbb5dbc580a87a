import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { helpSchema, parseHelp, programs, workspace } from './help.ts';

const folder = join(workspace, 'tools/nx/help');

test('options, with what is said over several lines, and examples', () => {
  const text = `Usage: x [options]

Does this
and that.

Options:
  --set <a=b>  the one,
               and the other
  -q, --quiet  say nothing (default: false)
  -h, --help   display help for command

Examples:
  nx run x:y --set a=1   with one
`;
  expect(parseHelp(text)).toEqual({
    description: 'Does this and that.',
    properties: {
      set: { type: 'string', description: 'the one, and the other' },
      quiet: { type: 'boolean', description: 'say nothing (default: false)' },
    },
    examples: [{ command: 'nx run x:y --set a=1', description: 'with one' }],
  });
});

test('every program with options has its help for Nx', () => {
  expect(
    programs()
      .map(({ name }) => `${name}.json`)
      .sort(),
  ).toEqual(readdirSync(folder).sort());
});

test.each(programs())('what Nx shows of $name is what the program says: nx run nx-executor:help', (program) => {
  expect(JSON.parse(readFileSync(join(folder, `${program.name}.json`), 'utf8'))).toEqual(helpSchema(program));
});
