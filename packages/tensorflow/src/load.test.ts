import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { runCommand } from '@glyphlab/python';
import { compileBinding, requireCompiler } from './compile-binding.ts';
import { installTensorFlow } from './install.ts';
import { addonsIn, type Installation } from './installation.ts';
import { loadTensorFlow, patchNodeUtil } from './load.ts';

/** TensorFlow itself: got from PyPI if this machine does not have it yet. */
let installation: Installation;
const temporary = temporaryDirectory();
beforeAll(async () => void (installation = await installTensorFlow()), 600_000);

/** Loads TensorFlow in a process of its own. */
function check(env: NodeJS.ProcessEnv) {
  const script = join(import.meta.dirname, 'load-check.ts');
  return runCommand([process.execPath, '--import', import.meta.resolve('tsx'), script, 'cpu'], { env });
}

test('native TensorFlow loads, multiplies and prints nothing of its own', async () => {
  const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
  const { exitCode, output } = await check(env);
  expect(JSON.parse(output)).toMatchObject({ correct: true, version: installation.version, gpu: false });
  expect(exitCode).toBe(0);
});

test('who asks for TensorFlow’s messages gets them', async () => {
  const { output } = await check({ ...process.env, TF_CPP_MIN_LOG_LEVEL: '0' });
  expect(output).toContain('This TensorFlow binary is optimized');
});

test.runIf(process.arch === 'x64')(
  'oneDNN is on, whatever the processor, unless the user switches it off',
  async () => {
    const { TF_ENABLE_ONEDNN_OPTS: _, ...rest } = process.env;
    const env = { ...rest, TF_CPP_MIN_LOG_LEVEL: '0' };
    expect((await check(env)).output).toContain('oneDNN custom operations are on');
    expect((await check({ ...env, TF_ENABLE_ONEDNN_OPTS: '0' })).output).not.toContain(
      'oneDNN custom operations are on',
    );
  },
);

test('the binding compiles from its sources and finds the libraries beside itself', async () => {
  const libraries = dirname(installation.binding);
  const target = join(temporary, 'tensorflow');
  mkdirSync(target);
  for (const name of readdirSync(libraries).filter((name) => !name.endsWith('.node'))) {
    symlinkSync(join(libraries, name), join(target, name));
  }
  const compiler = await requireCompiler(process.env);
  await compileBinding(temporary, { compiler, log: join(temporary, 'compile.log'), env: process.env });
  const { binding } = addonsIn(temporary);
  const script = `console.log(typeof require(${JSON.stringify(binding)}).createTensor)`;
  expect((await runCommand([process.execPath, '-e', script])).output).toMatch(/^function$/m);
});

test('a damaged installation is named in the error', () => {
  const dir = join(temporary, 'damaged');
  const damaged: Installation = { version: '2.21.0', variant: 'cpu', dir, ...addonsIn(dir) };
  mkdirSync(dirname(damaged.binding), { recursive: true });
  writeFileSync(damaged.binding, 'not a library');
  writeFileSync(damaged.stderrGate, 'not a library');
  expect(() => loadTensorFlow(damaged)).toThrow(
    expect.objectContaining({ code: 'TENSORFLOW_LOAD_FAILED', where: damaged.binding }),
  );
});

test('what newer Nodes removed from util, or warn of, is put in', () => {
  const deprecated = () => {
    throw new Error('deprecated');
  };
  Object.assign(util, { isArray: deprecated });
  Reflect.deleteProperty(util, 'isNullOrUndefined');
  patchNodeUtil();
  const { isArray, isNullOrUndefined } = util as unknown as Record<string, (value: unknown) => boolean>;
  expect([isArray!([]), isArray!({}), isNullOrUndefined!(undefined), isNullOrUndefined!(0)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
