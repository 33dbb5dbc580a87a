import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { untilSignal } from '../../run/interruption.ts';
import { scratch } from '../../testing/index.ts';
import { checkOut } from './checkout.ts';

test('a signal while packages are installed ends npm, and of the worktree nothing stays', async () => {
  const [workspace, bin, temporary] = [scratch(), scratch(), scratch()];
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: workspace, encoding: 'utf8' });
  git('init', '--quiet');
  mkdirSync(join(workspace, 'packages'));
  writeFileSync(join(workspace, 'package-lock.json'), '{}');
  git('add', '.');
  git('commit', '--quiet', '--message', 'a');
  // An npm that takes its time.
  const pidFile = join(bin, 'pid');
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho $$ > '${pidFile}'\nexec sleep 600\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  vi.stubEnv('TMPDIR', temporary);

  const code = { commit: git('rev-parse', 'HEAD').trim(), patch: undefined };
  const checkedOut = untilSignal((signal) => checkOut(workspace, code, true, signal));
  checkedOut.catch(() => undefined);
  await vi.waitUntil(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', { timeout: 30_000 });
  process.emit('SIGTERM', 'SIGTERM');
  await expect(checkedOut).rejects.toMatchObject({ code: 'INTERRUPTED', kind: 'interrupted' });
  expect(readdirSync(temporary)).toEqual([]);
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  await vi.waitUntil(() => !existsSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}/cmdline`), { timeout: 10_000 });
});
