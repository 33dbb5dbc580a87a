import { GlyphlabError } from '@glyphlab/core';
import { runCommand } from '@glyphlab/python';

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
