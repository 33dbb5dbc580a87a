import { hasFastBf16, thisMachine } from '@glyphlab/tensorflow/processor';
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

/**
 * `asked`, else what the environment variable `GLYPHLAB_BF16` says, else `native` on a GPU and where
 * the processor computes fast in bfloat16.
 *
 * @throws GraphError GRAPH_BF16 if either names no way
 */
export function chooseBf16(
  asked: Bf16 | undefined,
  machine: Machine = { ...thisMachine(), onGpu: nativeBackend().isUsingGpuDevice },
): Bf16 {
  const named = asked ?? (machine.env['GLYPHLAB_BF16'] || undefined);
  if (named === undefined) return machine.onGpu || hasFastBf16(machine) ? 'native' : 'emulated';
  if (named === 'native' || named === 'emulated') return named;
  const where = asked === undefined ? 'the environment variable GLYPHLAB_BF16' : 'the option bf16';
  throw new GraphError('GRAPH_BF16', `Expected native or emulated as ${where}. Received: ${JSON.stringify(named)}.`);
}
