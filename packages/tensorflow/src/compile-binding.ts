import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { runCommand } from '@glyphlab/python';
import { explainCompile } from './install-error.ts';
import { addonsIn } from './installation.ts';
import { tfjsNodeDir } from './tfjs-node.ts';

const require = createRequire(import.meta.url);
const folderOf = (name: string) => dirname(require.resolve(`${name}/package.json`));

export interface CompileOptions {
  compiler: string;
  /** Where the compiler's messages are kept if it fails. */
  log: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** More for the compiler. */
  flags?: readonly string[];
  /** Whose linker it is; default: this system. */
  platform?: NodeJS.Platform;
}

/**
 * Compiles the stock binding of tfjs-node against the libraries and headers in `dir/tensorflow`, and beside them the addon
 * that keeps their loading quiet. The binding finds the libraries beside itself, wherever `dir` moves.
 *
 * @throws GlyphlabError TENSORFLOW_COMPILE_FAILED, TENSORFLOW_DISK_FULL
 */
export async function compileBinding(
  dir: string,
  { compiler, log, env, signal, flags = [], platform = process.platform }: CompileOptions,
): Promise<void> {
  for (const args of await compilerCalls(dir, flags, platform)) {
    const result = await runCommand([compiler, ...args], { env, signal });
    if (result.succeeded) continue;
    await writeFile(log, `${[compiler, ...args].join(' ')}\n${result.output}`).catch(() => undefined);
    throw explainCompile(result.output, log, dir);
  }
  await rm(linkDir(dir), { recursive: true, force: true });
}

/** The version of the kernels stands for these, too. */
export const KERNELS_FLAGS = ['-O3', '-std=c++17', '-mavx2', '-mfma', '-ffp-contract=fast', '-fvisibility=hidden'];

/**
 * Compiles our own kernels against the TensorFlow in `libraries` to the file `target`, which belongs beside that.
 *
 * @throws GlyphlabError TENSORFLOW_COMPILE_FAILED, TENSORFLOW_DISK_FULL
 */
export async function compileKernels(
  libraries: string,
  target: string,
  { compiler, log, env, signal }: CompileOptions,
): Promise<void> {
  const sources = join(import.meta.dirname, 'kernels');
  const args = [
    ...KERNELS_FLAGS,
    ...['-shared', '-fPIC', '-pthread', `-I${join(libraries, 'include')}`, `-I${sources}`],
    ...['kernels.cc', 'parallel.cc'].map((source) => join(sources, source)),
    ...[join(libraries, 'libtensorflow_framework.so.2'), '-Wl,-rpath,$ORIGIN', '-o', target],
  ];
  const result = await runCommand([compiler, ...args], { env, signal });
  if (result.succeeded) return;
  await writeFile(log, `${[compiler, ...args].join(' ')}\n${result.output}`).catch(() => undefined);
  throw explainCompile(result.output, log, target);
}

/**
 * Compiles an addon of one source to the file `target`.
 *
 * @throws GlyphlabError TENSORFLOW_COMPILE_FAILED, TENSORFLOW_DISK_FULL
 */
export async function compileAddon(
  source: string,
  target: string,
  { compiler, log, env, flags = [] }: CompileOptions,
): Promise<void> {
  const result = await runCommand([compiler, ...addonFlags(), ...flags, source, '-ldl', '-o', target], { env });
  if (!result.succeeded) throw explainCompile(result.output, log, target);
}

/** Of every addon for Node. */
const addonFlags = (): string[] => [
  ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
  `-I${join(folderOf('node-api-headers'), 'include')}`,
];

const linkDir = (dir: string) => join(dir, 'link');

async function compilerCalls(dir: string, flags: readonly string[], platform: NodeJS.Platform): Promise<string[][]> {
  const libraries = join(dir, 'tensorflow');
  const { binding, stderrGate } = addonsIn(dir);
  const tfjsNode = tfjsNodeDir();
  const mac = platform === 'darwin';
  const names = (await readdir(libraries)).filter((name) => name.startsWith('libtensorflow'));

  // The linker needs 7 s to read a library of 800 MB, and on Linux no more of it than its name: an empty one has that too.
  const linked = mac ? libraries : linkDir(dir);
  await mkdir(linked, { recursive: true });
  const empty = (name: string) => [
    '-shared',
    '-nostdlib',
    `-Wl,-soname,${name}`,
    '-x',
    'c++',
    '/dev/null',
    '-o',
    join(linked, name),
  ];

  const addon = [...addonFlags(), ...flags, ...(mac ? ['-undefined', 'dynamic_lookup'] : ['-Wl,--no-as-needed'])];
  return [
    ...(mac ? [] : names.map(empty)),
    [...addon, join(import.meta.dirname, 'stderr-gate.cc'), '-o', stderrGate],
    [
      ...addon,
      ...[`-I${join(libraries, 'include')}`, `-I${tfjsNode}`],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(tfjsNode, 'binding', source)),
      ...names.map((name) => join(linked, name)),
      ...[`-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}`, '-o', binding],
    ],
  ];
}

/** The user's C++ compiler, as a command: `CXX`, else the first there is. */
export async function findCompiler(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const compiler of [env['CXX'], 'g++', 'clang++', 'c++']) {
    if (compiler && (await runCommand([compiler, '--version'], { env })).succeeded) return compiler;
  }
  return undefined;
}

/** @throws GlyphlabError TENSORFLOW_NO_COMPILER */
export async function requireCompiler(env: NodeJS.ProcessEnv): Promise<string> {
  const compiler = await findCompiler(env);
  if (compiler) return compiler;
  throw new GlyphlabError('TENSORFLOW_NO_COMPILER', 'A C++ compiler is needed to build the TensorFlow binding.', {
    hint: 'Install one (Debian, Ubuntu: sudo apt install g++; macOS: xcode-select --install), or name yours in CXX.',
  });
}
