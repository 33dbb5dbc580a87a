import { fileURLToPath } from 'node:url';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

export const precisions = ['fp32', 'bf16'] as const;
export type Precision = (typeof precisions)[number];

export const peerNames = ['pytorch', 'keras', 'tfjs'] as const;
export type PeerName = (typeof peerNames)[number];

/** A program that trains the report's CNN when it is told to; see `serve`. */
export interface Contestant {
  /** What the tables call it. */
  id: string;
  command: readonly [string, ...string[]];
  /** Images in one round, of which the last batch is as large as all others. */
  images(batch: number): number;
}

export const ours = (precision: Precision, towers: number): string =>
  `glyphlab ${precision}, ${towers === 1 ? '1 tower' : `${towers} towers`}`;
export const PYTORCH_DEFAULT = 'PyTorch fp32, as written by default';
export const PYTORCH_CHANNELS_LAST = 'PyTorch fp32, channels_last';
/** The ways to train with PyTorch, as `pytorch_cnn.py` calls them; by precision, so that the best of each can be told. */
export const pytorchModes: Readonly<Record<Precision, Readonly<Record<string, string>>>> = {
  fp32: {
    [PYTORCH_DEFAULT]: 'fp32',
    [PYTORCH_CHANNELS_LAST]: 'channels_last',
    'PyTorch fp32, channels_last, fused SGD': 'channels_last+fused',
    'PyTorch fp32, fused SGD, whole step compiled': 'fused+compile',
    'PyTorch fp32, channels_last, fused SGD, whole step compiled': 'channels_last+fused+compile',
    'PyTorch fp32, channels_last, fused SGD, DDP': 'channels_last+fused+ddp',
  },
  bf16: {
    'PyTorch bf16, channels_last': 'channels_last+bf16',
    'PyTorch bf16, channels_last, fused SGD': 'channels_last+bf16+fused',
    'PyTorch bf16, channels_last, fused SGD, whole step compiled': 'channels_last+bf16+fused+compile',
    'PyTorch bf16, channels_last, fused SGD, DDP': 'channels_last+bf16+fused+ddp',
  },
};
const KERAS = 'Keras fit, fp32';
export const TFJS_FIT = 'tfjs-node model.fit, fp32';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
export const script = (file: string): string => here(join('../../peers', file));
/** Runs a TypeScript file in a process of its own. */
export const typescript = (file: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  '--import',
  'tsx',
  here(file),
  ...args,
];
export const wholeBatches = (images: number) => (batch: number) => batch * Math.ceil(images / batch);
export const threads = String(availableParallelism());

/**
 * @param images a round of each contestant, about; the slowest does fewer
 * @param pythons interpreter of each Python peer that takes part
 * @param runsDir where ours keep their journals
 * @param precisions bf16 is of no interest where the processor has nothing for it
 */
export function contestants(
  images: number,
  peers: readonly PeerName[],
  pythons: Partial<Record<PeerName, string>>,
  runsDir: string,
  precisions: readonly Precision[],
): Contestant[] {
  const own = precisions.flatMap((precision) =>
    [1, 2].map((towers) => ({
      id: ours(precision, towers),
      command: typescript('glyphlab-contestant.ts', precision, String(towers), runsDir),
      images: wholeBatches(images),
    })),
  );
  const pytorch = (id: string, mode: string): Contestant => ({
    id,
    command: [pythons.pytorch!, script('pytorch_cnn.py'), mode, threads],
    images: wholeBatches(images),
  });
  const of: Record<PeerName, () => Contestant[]> = {
    pytorch: () =>
      precisions.flatMap((precision) => Object.entries(pytorchModes[precision]).map(([id, mode]) => pytorch(id, mode))),
    keras: () => [{ id: KERAS, command: [pythons.keras!, script('keras_cnn.py')], images: wholeBatches(images) }],
    tfjs: () => [
      {
        id: TFJS_FIT,
        command: typescript('tfjs-contestant.ts'),
        images: (batch) => wholeBatches(Math.max(0.3 * images, 10 * batch))(batch),
      },
    ],
  };
  return [...own, ...peers.flatMap((peer) => of[peer]())];
}
