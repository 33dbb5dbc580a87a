import { readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import { explainCompile } from './install-error.ts';
import { runCommand } from './run-command.ts';

const require = createRequire(import.meta.url);

/** The user's C++ compiler, as a command: `CXX`, else the first there is. */
export async function findCompiler(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const compiler of [env['CXX'], 'g++', 'clang++', 'c++']) {
    if (compiler && (await runCommand(compiler, ['--version'], { env })).code === 0) return compiler;
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

export interface CompileOptions {
  compiler: string;
  /** Holds libtensorflow and `include`; the binding comes beside the libraries and finds them there, wherever they move. */
  libraries: string;
  /** Where the compiler's messages are kept if it fails. */
  log: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/**
 * Compiles the stock binding of tfjs-node into `libraries/tfjs_binding.node`.
 * @throws GlyphlabError TENSORFLOW_COMPILE_FAILED, TENSORFLOW_DISK_FULL
 */
export async function compileBinding({ compiler, libraries, log, env, signal }: CompileOptions): Promise<void> {
  const tfjsNode = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const nodeHeaders = dirname(require.resolve('node-api-headers/package.json'));
  const shared = (await readdir(libraries)).filter((name) => name.startsWith('libtensorflow'));
  const mac = process.platform === 'darwin';
  const result = await runCommand(
    compiler,
    [
      ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
      ...(mac ? ['-undefined', 'dynamic_lookup'] : []),
      ...[`-I${join(nodeHeaders, 'include')}`, `-I${join(libraries, 'include')}`, `-I${tfjsNode}`],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(tfjsNode, 'binding', source)),
      ...['-o', join(libraries, 'tfjs_binding.node')],
      ...shared.map((name) => join(libraries, name)),
      `-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}`,
    ],
    { env, ...(signal && { signal }) },
  );
  if (result.code === 0) return;
  await writeFile(log, result.output).catch(() => undefined);
  throw explainCompile(result, log, libraries);
}
