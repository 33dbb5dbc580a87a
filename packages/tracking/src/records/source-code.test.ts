import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { uncommittedChanges } from './source-code.ts';

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], {
    cwd,
    encoding: 'utf8',
  });

function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryDirectory(files);
  git(directory, 'init', '--quiet');
  git(directory, 'add', '.');
  git(directory, 'commit', '--quiet', '-m', 'first');
  return directory;
}

test('the patch makes the commit what the working tree was: changed, new, deleted and binary files', async () => {
  const directory = repository({ 'a.ts': 'one\n', 'b.ts': 'two\n', 'ä b.ts': 'three\n', 'bytes.bin': Uint8Array.of(0, 1, 2) }); // prettier-ignore
  git(directory, 'checkout', '--quiet', '-b', 'other');
  writeFileSync(join(directory, 'a.ts'), 'changed\n');
  rmSync(join(directory, 'b.ts'));
  writeFileSync(join(directory, 'ä b.ts'), 'changed\n');
  writeFileSync(join(directory, 'bytes.bin'), Uint8Array.of(0, 9, 2));
  writeFileSync(join(directory, 'new file.ts'), 'new\ndiff --git a/x b/x\n');
  const before = git(directory, 'status', '--porcelain');
  const { patch, leftOut } = (await uncommittedChanges(directory))!;
  expect(leftOut).toEqual([]);
  expect(git(directory, 'status', '--porcelain')).toBe(before);
  const clone = join(temporaryDirectory(), 'clone');
  git(directory, 'clone', '--quiet', directory, clone);
  writeFileSync(join(clone, '..', 'p.patch'), patch);
  git(clone, 'apply', '../p.patch');
  expect(git(clone, 'status', '--porcelain')).toBe(before);
  for (const file of ['a.ts', 'ä b.ts', 'bytes.bin', 'new file.ts'])
    expect(readFileSync(join(clone, file))).toEqual(readFileSync(join(directory, file)));
});

test('what git ignores is not in it, nor are runs; secrets and large files are left out, and named', async () => {
  const directory = repository({ '.gitignore': 'ignored\n', 'a.ts': 'one\n' });
  const token = `ghp_${'a'.repeat(36)}`;
  for (const folder of ['sub', '.glyphlab/runs/1']) mkdirSync(join(directory, folder), { recursive: true });
  for (const [file, text] of Object.entries({
    ignored: 'ignored-content',
    '.glyphlab/runs/1/journal.jsonl': 'ignored-content',
    '.env': 'PASSWORD=secret-content',
    'sub/server.key': 'secret-content',
    'token.ts': `const token = '${token}';\n`,
    'address.ts': `connect('postgresql://me:secret-content@db/mlflow');\n`,
    'large.csv': '0'.repeat(1_000_001),
    'a.ts': 'two\n',
    'fine.ts': 'get(`https://${USER}:${PASSWORD}@host`, "http://host:5000/a@b");\n',
  }))
    writeFileSync(join(directory, file), text);
  const { patch, leftOut } = (await uncommittedChanges(join(directory, 'sub')))!;
  expect(leftOut.map(({ file }) => file).sort()).toEqual([
    '.env',
    'address.ts',
    'large.csv',
    'sub/server.key',
    'token.ts',
  ]);
  expect(patch).toContain('+two');
  expect(patch).toContain('PASSWORD}@host');
  for (const hidden of ['ignored-content', 'secret-content', token, '0'.repeat(100)])
    expect(patch).not.toContain(hidden);
});

test('a clean tree has an empty patch, and a folder that is no repository none', async () => {
  expect(await uncommittedChanges(repository({ a: 'one' }))).toMatchObject({ patch: '', leftOut: [] });
  expect(await uncommittedChanges(temporaryDirectory())).toBeUndefined();
});
