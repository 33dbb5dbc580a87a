import { readFile } from 'node:fs/promises';

/** What makes TensorFlow's kernels fast, in the names Linux gives them, slowest first. */
const relevant = ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16', 'asimd', 'bf16', 'sve'];

/** The vector units of this processor that oneDNN uses; empty where the system does not tell (macOS). */
export async function cpuFeatures(cpuinfo = '/proc/cpuinfo'): Promise<string[]> {
  const text = await readFile(cpuinfo, 'utf8').catch(() => '');
  const flags = new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1]?.split(' '));
  return relevant.filter((feature) => flags.has(feature));
}
