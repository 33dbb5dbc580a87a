import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cli, onlyRun, scratch } from '../../testing/index.ts';

const project = new URL('../../testing/outside-project/', import.meta.url).pathname;
const bin = new URL('../../../bin/glyphlab.js', import.meta.url).pathname;

afterEach(() => vi.unstubAllEnvs());

const edit = (file: string, from: string, to: string): void => {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
};

test('a run of a dirty tree is had again to the bit, in place and in a worktree; other data are told', async () => {
  const repository = scratch();
  const workspace = join(repository, 'stripes');
  const file = (name: string): string => join(workspace, name);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], {
      cwd: repository,
      encoding: 'utf8',
    });
  cpSync(project, workspace, { recursive: true });
  // Data that no code determines.
  edit(file('stripes.ts'), 'seed + 1', "seed + Number(process.env['STRIPES_FROM'] ?? 1)");
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');

  edit(file('scaled.ts'), 'kernelSize: 3', 'kernelSize: 5');
  edit(file('scaled.ts'), 'rate: 0.1', 'rate: RATE');
  edit(file('scaled.ts'), 'import type', "import { RATE } from './rate.ts';\nimport type");
  writeFileSync(file('rate.ts'), 'export const RATE = 0.25;\n');
  const changed = ['training.towers=2', 'training.optimizer.learningRate=0.02', 'model.filters=4', 'training.epochs=2'];
  const args = ['run', '--no-tracking', '--config', 'configs/first.yaml', ...changed];
  execFileSync(process.execPath, [bin, ...args], { cwd: workspace, stdio: 'pipe' });
  const first = onlyRun(workspace);
  const again = (): ReturnType<typeof cli> => cli(['run', '--no-tracking', '--from', first], workspace);

  const inPlace = await again();
  expect(inPlace.stderr).toContain('The code here is that of the run.');
  expect(inPlace).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The same to the last bit') });

  git('checkout', '--quiet', '.');
  rmSync(file('rate.ts'));
  edit(file('scaled.ts'), 'rate: 0.1', 'rate: 0.5');
  git('commit', '--quiet', '--all', '-m', 'second');
  const elsewhere = await again();
  expect(elsewhere.stderr).toContain('with its changes into a worktree of its own');
  expect(elsewhere).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The same to the last bit') });
  expect(git('worktree', 'list').trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(file('rate.ts'))).toBe(false);

  vi.stubEnv('STRIPES_FROM', '7');
  const onOther = await again();
  expect(onOther.exitCode).toBe(2);
  expect(onOther.stderr).toMatch(/\[AGAIN_OTHER_DATA\][^]*train was \S+ \S+ and is /);
});
