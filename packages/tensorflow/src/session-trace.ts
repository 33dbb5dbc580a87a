import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { Installation } from './installation.ts';

const source = join(import.meta.dirname, 'session-trace.cc');

/** Has TensorFlow trace what it computes. */
export interface SessionTrace {
  /** Of the runs of graphs to come, the first `skip` are left out, and `count` are traced. */
  begin(skip: number, count: number): void;
  /** What was traced so far, a `RunMetadata` of TensorFlow's protobufs each; it is given once. */
  take(): Uint8Array[];
}

interface Addon {
  trace(library: string, skip: number, count: number): void;
  take(): Uint8Array[];
}

/**
 * Makes ready for traces, compiling an addon of a second where this installation has none. To be called before native TensorFlow is
 * loaded: its binding, which has no word for traces, then finds our function before TensorFlow's.
 *
 * @throws GlyphlabError TENSORFLOW_NO_COMPILER, TENSORFLOW_COMPILE_FAILED
 */
export async function prepareSessionTrace(
  installation: Installation,
  env: NodeJS.ProcessEnv = process.env,
): Promise<SessionTrace> {
  const libraries = dirname(installation.binding);
  const version = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 8);
  const file = join(libraries, `session_trace-${version}.node`);
  if (!existsSync(file)) await compile(file, libraries, env);
  const module = { exports: {} as Addon };
  process.dlopen(module, file, constants.dlopen.RTLD_LAZY | constants.dlopen.RTLD_GLOBAL);
  const { trace, take } = module.exports;
  const library = join(libraries, 'libtensorflow_cc.so.2');
  // Whatever TensorFlow runs from now on goes through it.
  trace(library, 0, 0);
  return { begin: (skip, count) => trace(library, skip, count), take };
}

async function compile(target: string, libraries: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { compileAddon, requireCompiler } = await import('./compile-binding.ts');
  const folder = await mkdtemp(join(libraries, 'trace-'));
  try {
    const made = join(folder, 'trace.node');
    const compiler = await requireCompiler(env);
    const flags = [`-I${join(libraries, 'include')}`];
    await compileAddon(source, made, { compiler, log: join(libraries, 'session_trace.log'), env, flags });
    await rename(made, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
