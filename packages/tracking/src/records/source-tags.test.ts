import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceTags, withoutCredentials } from './source-tags.ts';

test('a run says which commit it comes from, and whether files were changed since', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-git-'));
  try {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        cwd: directory,
        encoding: 'utf8',
      });
    git('init', '-q', '-b', 'trunk');
    git('remote', 'add', 'origin', 'https://user:secret@example.org/team/repo.git');
    writeFileSync(join(directory, 'file'), '1');
    git('add', 'file');
    git('commit', '-qm', 'First');
    const tags = await sourceTags(directory);
    expect(tags).toMatchObject({
      'mlflow.source.git.commit': git('rev-parse', 'HEAD').trim(),
      'mlflow.source.git.branch': 'trunk',
      'mlflow.source.git.repoURL': 'https://example.org/team/repo.git',
      'mlflow.source.type': 'LOCAL',
      'glyphlab.git.dirty': 'false',
      'glyphlab.node': process.version,
    });
    expect(JSON.stringify(tags)).not.toContain('secret');
    writeFileSync(join(directory, 'file'), '2');
    expect(await sourceTags(directory)).toMatchObject({ 'glyphlab.git.dirty': 'true' });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('outside a repository the git tags are left out', async () => {
  const tags = await sourceTags(tmpdir());
  expect(Object.keys(tags).filter((key) => key.includes('git'))).toEqual([]);
});

test.each([
  ['git@example.org:team/repo.git', 'git@example.org:team/repo.git'],
  ['ssh://git@example.org/team/repo.git', 'ssh://git@example.org/team/repo.git'],
  ['https://token@example.org/a.git?key=1', 'https://example.org/a.git'],
])('%s → %s', (url, expected) => {
  expect(withoutCredentials(url)).toBe(expected);
});
