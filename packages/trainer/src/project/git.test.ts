import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { uncommittedChanges } from '@glyphlab/tracking';
import { expect, test } from 'vitest';
import { diffCode, hasCommit } from './git.ts';

test('code differs by commits and uncommitted changes together, and nothing is written to the repository', async () => {
  const directory = temporaryDirectory({ 'a.txt': 'one\n', 'b.txt': 'same\n' });
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], {
      cwd: directory,
      encoding: 'utf8',
    }).trim();
  const edit = (text: string): void => writeFileSync(join(directory, 'a.txt'), text);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  const first = git('rev-parse', 'HEAD');
  edit('two\n');
  writeFileSync(join(directory, 'new.txt'), 'new\n');
  const { patch } = (await uncommittedChanges(directory))!;
  git('add', 'a.txt');
  git('commit', '--quiet', '-m', 'second');
  const second = git('rev-parse', 'HEAD');
  const objects = git('count-objects');
  const { text, stat } = await diffCode(directory, { commit: first, patch }, { commit: second, patch: undefined });
  expect(text).toContain('deleted file mode 100644\nindex');
  expect(text).toContain('--- a/new.txt');
  expect(text).not.toContain('a.txt');
  expect(stat).toMatch(/new\.txt \| 1 -/);
  const same = await diffCode(directory, { commit: first, patch }, { commit: first, patch });
  expect(same).toEqual({ stat: '', text: '' });
  expect(git('count-objects')).toBe(objects);
  expect([await hasCommit(directory, first), await hasCommit(directory, 'f'.repeat(40))]).toEqual([true, false]);
});
