import { readFileSync } from 'node:fs';
import { GraphError } from './graph-error.ts';
import { nativeBackend } from './native-backend.ts';

/**
 * How `precision: bf16` computes. `native`: the ops themselves in bfloat16. `emulated`: the operands of convolutions and products
 * rounded to bfloat16, all else in float32.
 */
export type Bf16 = 'native' | 'emulated';

/** What decides, apart from the caller. */
export interface Machine {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  /** The text of Linux's /proc/cpuinfo. */
  cpuinfo: string;
  onGpu: boolean;
}

let cpuinfo: string | undefined;

function thisMachine(): Machine {
  const { platform, env } = process;
  cpuinfo ??= platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  return { env, platform, cpuinfo, onGpu: nativeBackend().isUsingGpuDevice };
}

/**
 * `asked`, else what the environment variable `GLYPHLAB_BF16` says, else `native` where TensorFlow's bfloat16 kernels multiply in
 * bfloat16 and add up in float32: on a GPU, and in oneDNN on processors with instructions for it. TensorFlow's other kernels add up
 * in bfloat16, with errors of percents, and slowly.
 *
 * @throws GraphError GRAPH_BF16 if either names no way
 */
export function chooseBf16(asked: Bf16 | undefined, machine: Machine = thisMachine()): Bf16 {
  const named = asked ?? (machine.env['GLYPHLAB_BF16'] || undefined);
  if (named === undefined) return machine.onGpu || hasFastKernels(machine) ? 'native' : 'emulated';
  if (named === 'native' || named === 'emulated') return named;
  const where = asked === undefined ? 'the environment variable GLYPHLAB_BF16' : 'the option bf16';
  throw new GraphError('GRAPH_BF16', `Expected native or emulated as ${where}. Received: ${JSON.stringify(named)}.`);
}

function hasFastKernels({ env, platform, cpuinfo }: Machine): boolean {
  const flags = new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(' '));
  const onArm = flags.has('bf16');
  if (platform !== 'linux' || !(onArm || flags.has('avx512_bf16') || flags.has('amx_bf16'))) return false;
  // oneDNN can be held down to older instructions; it then has no bfloat16, or widens every operand.
  const most = (env['ONEDNN_MAX_CPU_ISA'] ?? env['DNNL_MAX_CPU_ISA'] ?? 'default').toLowerCase();
  if (!onArm && !/^(default|all)$|bf16|fp16|amx|avx10/.test(most)) return false;
  const oneDnn = env['TF_ENABLE_ONEDNN_OPTS']?.toLowerCase();
  if (oneDnn) return oneDnn === '1' || oneDnn === 'true';
  // Unasked, TensorFlow takes oneDNN on every x86 processor with these instructions, and on Arm on Neoverse V1 alone
  // (DefaultOneDnnPolicy in tensorflow/core/util/port.cc).
  return !onArm || /^CPU part\s*:\s*0xd40$/m.test(cpuinfo);
}
