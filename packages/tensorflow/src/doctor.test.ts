import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { runCommand } from '@glyphlab/python';
import { describeDiagnosis, diagnose } from './doctor.ts';
import { cacheFinding, nodeFinding } from './doctor-checks.ts';
import { installTensorFlow } from './install.ts';

const temporary = temporaryDirectory();

const cli = (args: string[], env: NodeJS.ProcessEnv) =>
  runCommand([process.execPath, '--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'cli.ts'), ...args], {
    env,
  });

test(
  'where TensorFlow loads the doctor exits with 0, even where nothing could be installed',
  { timeout: 600_000 },
  async () => {
    const { dir } = await installTensorFlow();
    const { exitCode, output } = await cli(['doctor'], { ...process.env, PATH: temporary });
    expect(output).toContain(dir);
    expect(output).toMatch(
      /^ok +loading +libtensorflow 2\.\d+\.\d+ in \d+ ms, a matrix product is right, on the CPU$/m,
    );
    expect(output).toMatch(
      /^ok +auto +with a batch of 32: precision \w+ \(.+\), towers \d+ \(.+\), threads \d+ \(one a core\)$/m,
    );
    expect(output).toMatch(/^- +C\+\+ compiler +not found$/m);
    expect(output).toMatch(/^Training can run on native TensorFlow\.$/m);
    expect(exitCode).toBe(0);
  },
);

test('where it is missing the doctor says what else is, and exits with 1', async () => {
  const { exitCode, output } = await cli(['doctor'], { PATH: temporary, GLYPHLAB_CACHE_DIR: join(temporary, 'cache') });
  expect(output).toMatch(/^missing +TensorFlow +not installed$/m);
  expect(output).toMatch(/^missing +python3 +not found$/m);
  expect(output).toMatch(/^missing +C\+\+ compiler +not found$/m);
  expect(output).toContain('npx @glyphlab/tensorflow install');
  expect(exitCode).toBe(1);
});

test('what is installed but does not load is told from what is not installed', () => {
  const findings = [
    { what: 'TensorFlow', ok: true, found: '/cache/tensorflow' },
    { what: 'loading', ok: false, found: 'invalid ELF header' },
  ];
  const told = describeDiagnosis({ variant: 'gpu', findings, native: false });
  expect(told).toMatch(/does not run as it should\. .* run: npx @glyphlab\/tensorflow install --gpu$/m);
  expect(told).toMatch(/send the lines above, and what this prints:\n.*training\.backend=tensorflow-gpu/);
});

test('the package index is looked at only if something must come from it', async () => {
  const env = { ...process.env, GLYPHLAB_CACHE_DIR: join(temporary, 'cache'), PIP_NO_INDEX: '1', PIP_FIND_LINKS: '' };
  const { findings } = await diagnose('cpu', env);
  expect(findings).toContainEqual(expect.objectContaining({ what: 'package index', ok: false }));
});

test.each([
  ['help', ['--help'], 0, 'doctor [options]'],
  ['help of a command', ['doctor', '--help'], 0, 'Examples'],
  ['an unknown command', ['dotor'], 2, 'Did you mean doctor?'],
  ['no command', [], 2, 'doctor [options]'],
  ['an unknown option', ['install', '--cuda'], 2, "unknown option '--cuda'"],
])('%s', async (_, args, exitCode, text) => {
  const result = await cli(args, process.env);
  expect(result.output).toContain(text);
  expect(result.output).not.toContain('    at ');
  expect(result.exitCode).toBe(exitCode);
});

test('a failed installation ends with its error and exit code 1', async () => {
  const { exitCode, output } = await cli(['install'], {
    PATH: temporary,
    GLYPHLAB_CACHE_DIR: join(temporary, 'cache'),
  });
  expect(output).toMatch(/^GlyphlabError \[TENSORFLOW_NO_COMPILER\]\n/);
  expect(exitCode).toBe(1);
});

test.each([
  ['20.18.1', false],
  ['20.19.0', true],
  ['21.7.0', false],
  ['22.0.0', true],
  ['24.99.0', true],
  ['25.0.0', false],
  ['26.1.0', true],
  ['27.0.0', false],
])('Node %s is supported: %s', (version, ok) => {
  expect(nodeFinding(version).ok).toBe(ok);
});

test('a cache that cannot be made is found before something is downloaded into it', async () => {
  writeFileSync(join(temporary, 'file'), '');
  expect(await cacheFinding({ GLYPHLAB_CACHE_DIR: join(temporary, 'file', 'cache') })).toMatchObject({ ok: false });
  expect(await cacheFinding({ GLYPHLAB_CACHE_DIR: join(temporary, 'not', 'yet') })).toMatchObject({ ok: true });
});
