import { availableParallelism, cpus } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Precision } from './contestants.ts';
import type { Report } from './report.ts';

/** What this process runs on. */
export const thisMachine = (): Report['machine'] => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: availableParallelism(),
  platform: `${process.platform} ${process.arch}`,
  node: process.versions.node,
});

/** Those that this processor has instructions for, by Linux's names for them; both where the system does not tell. */
export function fastPrecisions(cpuinfo = readIfThere('/proc/cpuinfo')): readonly Precision[] {
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(' ');
  const hasBf16 = !flags || ['amx_bf16', 'avx512_bf16', 'bf16'].some((flag) => flags.includes(flag));
  return hasBf16 ? ['fp32', 'bf16'] : ['fp32'];
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
