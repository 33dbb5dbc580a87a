import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, release } from 'node:os';
import { lockFileDigest, uncommittedChanges, type UncommittedChanges } from './source-code.ts';

/** Artifact: what the commit lacks. */
export const PATCH_FILE = 'source/changes.patch';
/** Artifact: a {@link RunSource}. */
export const SOURCE_FILE = 'source/environment.json';

/** What a run needs to be had again, beside its configuration and commit. */
export interface RunSource {
  version: 1;
  /** SHA-256 of the patch, undefined where nothing differed or there is no git. */
  patch?: string;
  leftOut: UncommittedChanges['leftOut'];
  lockFile?: { file: string; digest: string };
  node: string;
  /** As `linux x64 6.8.0`. */
  system: string;
  processor: string;
  cores: number;
  /** Those instructions on which TensorFlow's choice of kernels hangs. */
  instructions: string[];
  /** Settings of TensorFlow and oneDNN that a result may hang on. */
  settings: Record<string, string>;
}

const INSTRUCTIONS = /^(avx|avx2|fma|avx512\w*|avx_vnni|amx_\w+|asimd|bf16|sve\w*)$/;
const SETTINGS = /^(TF_|ONEDNN_|DNNL_|OMP_|KMP_|MKL_|GLYPHLAB_(BACKEND|BF16|KERNELS|THREADS))/;

/** @returns what is known of where a run starts, and the patch if there is one */
export async function runSource(workspaceDir: string): Promise<{ source: RunSource; patch: string | undefined }> {
  const [changes, lockFile, instructions] = await Promise.all([
    uncommittedChanges(workspaceDir),
    lockFileDigest(workspaceDir),
    instructionsOf(),
  ]);
  const patch = changes && changes.patch !== '' ? changes.patch : undefined;
  const settings = Object.entries(process.env).filter(([name, value]) => SETTINGS.test(name) && value !== undefined);
  return {
    patch,
    source: {
      version: 1,
      ...(patch !== undefined && { patch: changes!.digest }),
      leftOut: changes?.leftOut ?? [],
      ...(lockFile && { lockFile }),
      node: process.version,
      system: `${platform()} ${arch()} ${release()}`,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      instructions,
      settings: Object.fromEntries(settings.sort() as [string, string][]),
    },
  };
}

async function instructionsOf(): Promise<string[]> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1] ?? '';
  return flags.split(' ').filter((flag) => INSTRUCTIONS.test(flag)).sort(); // prettier-ignore
}
