import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { scratch } from './testing/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [checkout, cache] = [scratch(), scratch()];
const cli = join(checkout, 'packages/trainer/src/cli.ts');

/** A checkout of its own: its sources are copied, and what npm installed is linked. */
beforeAll(() => {
  fs.cpSync(join(root, 'packages'), join(checkout, 'packages'), {
    recursive: true,
    filter: (file) => !/\/(?:node_modules|out-tsc|dist|\.[^/]*)$/.test(file),
  });
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'])
    fs.copyFileSync(join(root, file), join(checkout, file));
  const packages = fs.readdirSync(join(root, 'packages')).map((name) => join('packages', name));
  for (const folder of ['.', ...packages]) linkInstalled(join(root, folder, 'node_modules'), join(checkout, folder, 'node_modules')); // prettier-ignore
});

function linkInstalled(from: string, to: string): void {
  if (!fs.existsSync(from)) return;
  fs.mkdirSync(to);
  for (const name of fs.readdirSync(from)) {
    if (name !== '@glyphlab') fs.symlinkSync(join(from, name), join(to, name));
    else fs.cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
  }
}

const glyphlab = (args: readonly string[], env: Record<string, string> = {}) =>
  execFileSync(process.execPath, [join(checkout, 'packages/trainer/bin/glyphlab.js'), ...args], {
    env: { ...process.env, GLYPHLAB_CACHE_DIR: cache, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

function failing(args: readonly string[], env: Record<string, string>): string {
  try {
    return glyphlab(args, env);
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

/** Where this checkout's builds are, and the one that is current. */
function built() {
  const [name, ...others] = fs.readdirSync(join(cache, 'program'));
  expect(others).toEqual([]);
  const folder = join(cache, 'program', name!);
  const index = join(folder, 'built.json');
  const { key } = JSON.parse(fs.readFileSync(index, 'utf8')) as { key: string };
  return { folder, key, time: fs.statSync(index).mtimeMs };
}

test('a program is built once for its sources, never stale, and what it says of errors names the sources', () => {
  const before = fs.readdirSync(checkout, { recursive: true });
  expect(glyphlab(['--help'])).toContain('Trains handwriting recognisers');
  const first = built();
  expect(glyphlab(['--help'])).toContain('Trains handwriting recognisers');
  expect(built()).toEqual(first);
  // The checkout may be read-only.
  expect(fs.readdirSync(checkout, { recursive: true })).toEqual(before);

  const stack = failing(['run', '--config', 'none.yaml'], { GLYPHLAB_DEBUG: '1' });
  const source = 'packages/config/src/load-experiment.ts';
  const line = new RegExp(`at fail \\(file://.*/${source}:(\\d+):\\d+\\)`).exec(stack)?.[1];
  expect(fs.readFileSync(join(checkout, source), 'utf8').split('\n')[Number(line) - 1], stack).toContain(
    'throw toConfigError',
  );

  // Of the same length and age: only its content tells.
  const { atime, mtime } = fs.statSync(cli);
  fs.writeFileSync(cli, fs.readFileSync(cli, 'utf8').replace('Trains handwriting', 'Drills handwriting'));
  fs.utimesSync(cli, atime, mtime);
  expect(glyphlab(['--help'])).toContain('Drills handwriting');
  expect(built().key).not.toBe(first.key);
});

test('programs of other packages start from the same build', () => {
  const tsx = join(checkout, 'node_modules/tsx');
  fs.renameSync(tsx, `${tsx}-gone`);
  try {
    expect(glyphlab(['doctor', '--help'])).toContain('Usage: tensorflow doctor');
    expect(glyphlab(['ui', '--help'])).toContain('Usage: mlflow-server ui');
    expect(glyphlab(['playground', '--help'])).toContain('Usage: playground serve');
  } finally {
    fs.renameSync(`${tsx}-gone`, tsx);
  }
});

test('where it cannot be kept, or a part of it is gone, the sources run', () => {
  expect(glyphlab(['--help'], { GLYPHLAB_CACHE_DIR: '/dev/null/nowhere' })).toContain('handwriting recognisers');
  const { folder, key } = built();
  for (const name of fs.readdirSync(join(folder, key)))
    if (name.startsWith('chunk-')) fs.rmSync(join(folder, key, name));
  expect(glyphlab(['--help'])).toContain('handwriting recognisers');
  // And it is whole again the next time.
  expect(glyphlab(['--help'])).toContain('handwriting recognisers');
  expect(fs.readdirSync(join(folder, built().key)).some((name) => name.startsWith('chunk-'))).toBe(true);
});
