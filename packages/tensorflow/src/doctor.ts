import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { moduleArguments, moduleFile } from '@glyphlab/core/module-file';
import { type Command, findPip, findPython, lastLines, runCommand } from '@glyphlab/python';
import { findCompiler } from './compile-binding.ts';
import { cacheFinding, type Finding, indexFinding, nodeFinding, platformFinding } from './doctor-checks.ts';
import { tensorFlow } from './install-error.ts';
import { type Installation, locateTensorFlow } from './installation.ts';
import { choose, describeChoice, describeMachine, thisMachine } from './processor.ts';
import { prebuiltFor } from './prebuilt.ts';
import { TENSORFLOW_VERSION, type Variant } from './wheel.ts';

export interface Diagnosis {
  variant: Variant;
  findings: Finding[];
  /** True if training can run natively, now. */
  native: boolean;
}

/** Looks at everything native TensorFlow needs. Downloads nothing and changes nothing. */
export async function diagnose(variant: Variant, env: NodeJS.ProcessEnv = process.env): Promise<Diagnosis> {
  const installation = locateTensorFlow(variant, env);
  const loading = installation && (await loadFinding(installation, env));
  const { python } = await findPython(tensorFlow.minPythonMinor, { env });
  const pip = python === undefined ? undefined : (await findPip(python, { env }))?.pip;
  const compiler = await findCompiler(env);
  const findings: Finding[] = [
    nodeFinding(),
    platformFinding(variant),
    { what: 'processor', ok: true, found: describeProcessor() },
    { what: 'auto', ok: true, found: describeAuto(variant) },
    await cacheFinding(env),
    { what: 'TensorFlow', ok: !!installation, found: installation?.dir ?? 'not installed' },
    ...(loading ? [loading] : []),
    ...(variant === 'gpu' ? [await gpuFinding(env)] : []),
    await versionFinding('python3', python ? [python, '--version'] : undefined, env),
    await versionFinding('pip', pip && [...pip, '--version'], env),
    compiler === undefined && prebuiltFor({ variant, version: TENSORFLOW_VERSION })
      ? { what: 'C++ compiler', ok: true, found: 'not needed: the package has the binding compiled for this system' }
      : await versionFinding('C++ compiler', compiler ? [compiler, '--version'] : undefined, env),
    ...(pip && !installation ? [await indexFinding(pip, variant, env)] : []),
    wasmFinding(),
  ];
  return { variant, findings, native: loading?.ok === true };
}

/** We have had no GPU. */
const TELL = [
  'Nobody has trained on a GPU with this yet. To tell us how it goes, send the lines above, and what this prints:',
  '  npx glyphlab run --config configs/quickstart.yaml training.backend=tensorflow-gpu --no-tracking',
].join('\n');

/** A line each. @param native what an installation needs may be missing */
export const describeFindings = (findings: readonly Finding[], native = false): string =>
  findings
    .map(({ what, ok, found, forInstall }) => {
      const mark = ok ? 'ok' : forInstall && native ? '-' : 'missing';
      return `${mark.padEnd(8)} ${what.padEnd(13)} ${found.replaceAll('\n', `\n${' '.repeat(23)}`)}`;
    })
    .join('\n');

/** The diagnosis as a person reads it, last what to do. */
export function describeDiagnosis({ findings, native, variant }: Diagnosis): string {
  const installed = findings.find(({ what }) => what === 'TensorFlow')?.ok;
  const install = `npx @glyphlab/tensorflow install${variant === 'gpu' ? ' --gpu' : ''}`;
  const verdict = native
    ? `Training can run on native TensorFlow${variant === 'gpu' ? ' with CUDA' : ''}.`
    : installed
      ? `TensorFlow is installed but does not run as it should. Look at "loading"; to install it anew, remove its directory and run: ${install}`
      : `TensorFlow is not installed; training falls back to a slower backend. To install it: ${install}`;
  return [describeFindings(findings, native), '', verdict, ...(variant === 'gpu' ? ['', TELL] : [])].join('\n');
}

function describeProcessor(): string {
  const oneDnn = process.env['TF_ENABLE_ONEDNN_OPTS'] === '0' ? '; oneDNN is off (TF_ENABLE_ONEDNN_OPTS=0)' : '';
  return describeMachine(thisMachine()) + oneDnn;
}

/** What a training takes whose `precision`, `towers` and `threads` are left to the machine. */
function describeAuto(variant: Variant): string {
  const backend = variant === 'gpu' ? 'tensorflow-gpu' : 'tensorflow';
  const asked = { precision: 'auto', towers: 'auto', threads: 'auto', batchSize: 32, backend } as const;
  return `with a batch of ${asked.batchSize}: ${describeChoice(choose(asked))}`;
}

/** Loads it in a process of its own and multiplies two matrices there. */
async function loadFinding({ dir, variant }: Installation, env: NodeJS.ProcessEnv): Promise<Finding> {
  const script = [...moduleArguments(moduleFile(import.meta.url, './load-check')), variant];
  const { succeeded, output } = await runCommand([process.execPath, ...script], { env });
  const what = 'loading';
  const json = /^\{.*\}$/m.exec(output)?.[0];
  if (!succeeded || !json || !existsSync(dir)) return { what, ok: false, found: lastLines(output) || 'it crashes' };
  const { correct, version, gpu, loadMs } = JSON.parse(json) as Record<string, unknown>;
  const device = gpu ? 'GPU' : variant === 'gpu' ? 'CPU: it finds no CUDA device' : 'CPU';
  return {
    what,
    ok: correct === true && (variant === 'cpu' || gpu === true),
    found: `libtensorflow ${String(version)} in ${String(loadMs)} ms, a matrix product is ${correct ? 'right' : 'WRONG'}, on the ${device}`,
  };
}

/** The first line of what `command` says of its version. */
async function versionFinding(what: string, command: Command | undefined, env: NodeJS.ProcessEnv): Promise<Finding> {
  if (!command) return { what, ok: false, found: 'not found', forInstall: true };
  const { output } = await runCommand(command, { env });
  return { what, ok: true, found: output.split('\n')[0]!, forInstall: true };
}

/** The graphics card, and its driver, which CUDA 12 wants to be 525 or later. */
async function gpuFinding(env: NodeJS.ProcessEnv): Promise<Finding> {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  const { succeeded, output } = await runCommand(['nvidia-smi', ...query], { env });
  return succeeded
    ? { what: 'graphics card', ok: true, found: output.trim() }
    : { what: 'graphics card', ok: false, found: 'nvidia-smi finds none, or is not there' };
}

function wasmFinding(): Finding {
  try {
    const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-backend-wasm/package.json') as {
      version: string;
    };
    return { what: 'wasm fallback', ok: true, found: version };
  } catch {
    return { what: 'wasm fallback', ok: false, found: 'not there: npm install @tensorflow/tfjs-backend-wasm' };
  }
}
