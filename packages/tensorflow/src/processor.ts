import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** What decides how fast TensorFlow computes. */
export interface Machine {
  platform: NodeJS.Platform;
  arch: NodeJS.Architecture;
  env: NodeJS.ProcessEnv;
  /** The text of Linux's /proc/cpuinfo; empty elsewhere. */
  cpuinfo: string;
  /** As the system calls the processor. */
  model: string;
  /** Logical cores that this process may use, whole ones of a container's quota. */
  cores: number;
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Of a container's `cpu.max`, "QUOTA PERIOD" in microseconds: the cores it pays for. */
export function coresOf(available: number, cpuMax: string): number {
  const [quota, period] = cpuMax.trim().split(' ').map(Number);
  const paid = quota! > 0 && period! > 0 ? Math.ceil(quota! / period!) : Infinity;
  return Math.max(1, Math.min(available, paid));
}

let machine: Machine | undefined;

export function thisMachine(): Machine {
  const { platform, arch, env } = process;
  return (machine ??= {
    platform,
    arch,
    env,
    cpuinfo: platform === 'linux' ? textOf('/proc/cpuinfo') : '',
    model: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: coresOf(availableParallelism(), platform === 'linux' ? textOf('/sys/fs/cgroup/cpu.max') : ''),
  });
}

/** Instructions and other features of the processor, as Linux calls them. */
export const flagsOf = ({ cpuinfo }: Pick<Machine, 'cpuinfo'>): Set<string> =>
  new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(' '));

/** Instructions that oneDNN's kernels are written for, fastest first, by the flag that Linux shows. */
const kinds = [
  ['AMX', 'amx_bf16'],
  ['AVX512-BF16', 'avx512_bf16'],
  ['AVX512', 'avx512f'],
  ['AVX2', 'avx2'],
  ['Arm with BF16', 'bf16'],
  ['Arm', 'asimd'],
] as const;

export type ProcessorKind = (typeof kinds)[number][0] | 'x64' | 'Arm' | 'unknown';

/** The fastest instructions that the processor has; where the system does not tell (macOS), what its architecture alone says. */
export function processorKind(machine: Machine): ProcessorKind {
  const flags = flagsOf(machine);
  const found = kinds.find(([, flag]) => flags.has(flag));
  if (found) return found[0];
  return machine.arch === 'arm64' ? 'Arm' : machine.arch === 'x64' ? 'x64' : 'unknown';
}

/** As a person reads it: model, instructions, cores. */
export const describeMachine = (machine: Machine): string =>
  `${machine.model} (${processorKind(machine)}), ${machine.cores} core${machine.cores === 1 ? '' : 's'}`;

const isOn = (value: string): boolean => ['1', 'true'].includes(value.toLowerCase());

/**
 * Whether TensorFlow's bfloat16 kernels multiply in bfloat16 and add up in float32, fast: in oneDNN, on processors with instructions
 * for it. Its other kernels add up in bfloat16, with errors of percents, and slowly.
 */
export function hasFastBf16(machine: Pick<Machine, 'platform' | 'cpuinfo' | 'env'>): boolean {
  const { env, platform, cpuinfo } = machine;
  const flags = flagsOf(machine);
  const onArm = flags.has('bf16');
  if (platform !== 'linux' || !(onArm || flags.has('avx512_bf16') || flags.has('amx_bf16'))) return false;
  // oneDNN can be held down to older instructions; it then has no bfloat16, or widens every operand.
  const most = (env['ONEDNN_MAX_CPU_ISA'] ?? env['DNNL_MAX_CPU_ISA'] ?? 'default').toLowerCase();
  if (!onArm && !/^(default|all)$|bf16|fp16|amx|avx10/.test(most)) return false;
  const oneDnn = env['TF_ENABLE_ONEDNN_OPTS'];
  if (oneDnn) return isOn(oneDnn);
  // Unasked, TensorFlow takes oneDNN on every x86 processor with these instructions, and on Arm on Neoverse V1 alone
  // (DefaultOneDnnPolicy in tensorflow/core/util/port.cc).
  return !onArm || /^CPU part\s*:\s*0xd40$/m.test(cpuinfo);
}

/** How a training is to be computed; `auto` leaves it to the machine. */
export interface Asked {
  precision: 'auto' | 'fp32' | 'bf16';
  towers: 'auto' | number;
  threads: 'auto' | number;
  /** Images a step. */
  batchSize: number;
  backend: 'auto' | 'tensorflow' | 'tensorflow-gpu' | 'wasm' | 'webgpu';
}

/** What can be left to the machine. */
export const AUTOMATIC = ['precision', 'towers', 'threads'] as const;
type Automatic = (typeof AUTOMATIC)[number];

export interface Choice {
  precision: 'fp32' | 'bf16';
  towers: number;
  threads: number;
  /** Of each that was `auto`: why it is what it is. */
  why: Partial<Record<Automatic, string>>;
  /** What was asked for and is slow on this machine, with the factor. */
  warnings: string[];
}

/** More see too few images for batch norm, and no machine was measured to gain by them. */
const MAX_TOWERS = 4;
/** With fewer, statistics of batch norm are too rough, and the cost of starting an op counts. */
const MIN_IMAGES_A_TOWER = 16;

/**
 * How to train fastest on a machine, by what was measured (docs/performance.md, "What `auto` chooses"). What is not `auto` stays as
 * it was asked for.
 *
 * - threads: one a core.
 * - towers: one a thread, at most four, so that they share a batch evenly and each has 16 images or more; one on a GPU.
 * - precision: bf16 where oneDNN computes fast in it (AMX, AVX512-BF16, Arm with BF16), else fp32.
 */
export function choose(asked: Asked, machine: Machine = thisMachine()): Choice {
  const why: Choice['why'] = {};
  const { batchSize, backend } = asked;
  const kind = processorKind(machine);
  const onGpu = backend === 'tensorflow-gpu' || backend === 'webgpu';
  const onWasm = backend === 'wasm';
  const settle = <T>(key: Automatic, given: 'auto' | T, value: T, reason: string): T => {
    if (given !== 'auto') return given as T;
    why[key] = reason;
    return value;
  };

  const threads = settle<number>('threads', asked.threads, ...threadsFor(machine.cores, onWasm));
  const towers = settle<number>('towers', asked.towers, ...towersFor(threads, batchSize, onGpu));
  const isFast = hasFastBf16(machine) && !onGpu && !onWasm;
  const precision = settle<Choice['precision']>(
    'precision',
    asked.precision,
    isFast ? 'bf16' : 'fp32',
    isFast
      ? `${kind} computes in bfloat16`
      : onGpu || onWasm
        ? `bfloat16 was not measured on ${onGpu ? 'a GPU' : 'WebAssembly'}`
        : `nothing here computes fast in bfloat16`,
  );
  return { precision, towers, threads, why, warnings: onGpu || onWasm ? [] : warningsFor(precision, machine) };
}

const threadsFor = (cores: number, onWasm: boolean): [number, string] =>
  onWasm ? [1, 'WebAssembly has one'] : [cores, 'one a core'];

function towersFor(threads: number, batchSize: number, onGpu: boolean): [number, string] {
  if (onGpu) return [1, 'a GPU takes a batch whole'];
  if (threads === 1) return [1, 'there is one thread'];
  const most = Math.min(threads, MAX_TOWERS);
  for (let towers = most; towers > 1; towers--) {
    if (batchSize % towers !== 0 || batchSize / towers < MIN_IMAGES_A_TOWER) continue;
    const share = `${batchSize / towers} images each`;
    return [towers, towers === threads ? `one a thread, ${share}` : share];
  }
  return [1, `a batch of ${batchSize} cannot be shared out evenly with ${MIN_IMAGES_A_TOWER} images or more each`];
}

/** Measured with `bench:profile`: docs/performance.md. */
const SLOWER = { emulated: '1.1', native: '13', withoutOneDnn: '1.3 to 1.8' };

function warningsFor(precision: Choice['precision'], machine: Machine): string[] {
  const warnings: string[] = [];
  const { env } = machine;
  if (precision === 'bf16' && !hasFastBf16(machine)) {
    const isNative = env['GLYPHLAB_BF16'] === 'native';
    const [what, factor] = isNative
      ? ['GLYPHLAB_BF16=native has TensorFlow compute in bfloat16 all the same', SLOWER.native]
      : ['It is emulated in float32', SLOWER.emulated];
    warnings.push(
      `precision: bf16 is slow here: nothing on this machine computes fast in bfloat16. ${what}: about ${factor} times slower than fp32. precision: auto takes what is fastest.`,
    );
  }
  const oneDnn = env['TF_ENABLE_ONEDNN_OPTS'];
  if (oneDnn && !isOn(oneDnn) && machine.arch === 'x64')
    warnings.push(
      `TF_ENABLE_ONEDNN_OPTS=${oneDnn} switches oneDNN off: training is ${SLOWER.withoutOneDnn} times slower without it.`,
    );
  return warnings;
}

/** In one line: each value, and why where it was left to the machine. */
export const describeChoice = (choice: Choice): string =>
  AUTOMATIC.map((key) => `${key} ${choice[key]} (${choice.why[key] ?? 'as configured'})`).join(', ');
