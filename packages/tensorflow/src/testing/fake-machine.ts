import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addonsIn, type Installation } from '../installation.ts';
import type { Wheel } from '@glyphlab/python';

/** A wheel in the shape of TensorFlow's, but small: pip takes it like any other. */
const makeWheel = `
import os, sys, zipfile
info = 'glyphlab_fake_tensorflow-1.0.dist-info/'
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: glyphlab-fake-tensorflow\\nVersion: 1.0\\n')
    z.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr(info + 'RECORD', '')
    z.writestr('tensorflow/libtensorflow_cc.so.2', bytes(20_000_000) + os.urandom(200_000))
    z.writestr('tensorflow/include/tensorflow/c/c_api.h', '')
    z.writestr('tensorflow/python/other.py', '')
`;

/** A compiler that writes an empty file where it should write an addon. */
export const FAKE_COMPILER = 'while [ $# -gt 0 ]; do [ "$1" = -o ] && : > "$2"; shift; done; exit 0';

/**
 * A machine of its own in a temporary directory: its PATH has a Python (the real one) and a compiler (a fake), its pip knows
 * one directory of wheels, its cache is empty.
 */
export function fakeMachine() {
  const root = mkdtempSync(join(tmpdir(), 'glyphlab-tensorflow-'));
  const at = (...names: string[]) => join(root, ...names);
  for (const name of ['bin', 'wheels', 'home', 'cache']) mkdirSync(at(name));
  const realPython = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  const file = at('wheels', 'glyphlab_fake_tensorflow-1.0-py3-none-any.whl');
  execFileSync(realPython, ['-c', makeWheel, file]);

  const wheel: Wheel = {
    package: 'glyphlab-fake-tensorflow',
    version: '==1.0',
    platforms: ['manylinux_2_27_x86_64'],
    sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    patterns: ['tensorflow/libtensorflow*', 'tensorflow/include/tensorflow/c/*.h'],
  };
  const dir = at('cache', 'tensorflow', 'fake');
  const installation: Installation = { version: '1.0', variant: 'cpu', dir, ...addonsIn(dir) };
  const env: NodeJS.ProcessEnv = {
    PATH: at('bin'),
    HOME: at('home'),
    GLYPHLAB_CACHE_DIR: at('cache'),
    GLYPHLAB_KERNELS: 'off',
    PIP_CONFIG_FILE: '/dev/null',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: at('wheels'),
  };

  /** Puts a program on PATH; every call of it is recorded first. */
  const addProgram = (name: string, script: string) =>
    writeFileSync(at('bin', name), `#!/bin/sh\necho "${name} $*" >> '${at('calls')}'\n${script}\n`, { mode: 0o755 });
  addProgram('python3', `exec '${realPython}' "$@"`);
  addProgram('g++', FAKE_COMPILER);

  return {
    env,
    wheel,
    installation,
    at,
    realPython,
    addProgram,
    removeProgram: (name: string) => rmSync(at('bin', name)),
    /** How many calls of programs match. */
    countCalls: (pattern: RegExp) =>
      readFileSync(at('calls'), 'utf8')
        .split('\n')
        .filter((call) => pattern.test(call)).length,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export type FakeMachine = ReturnType<typeof fakeMachine>;
