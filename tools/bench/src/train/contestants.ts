import { fileURLToPath } from 'node:url';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { PeerName } from './options.ts';

export type Precision = 'fp32' | 'bf16';

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
export const PYTORCH_BEST = 'PyTorch bf16, channels_last';
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
 */
export function contestants(
  images: number,
  peers: readonly PeerName[],
  pythons: Partial<Record<PeerName, string>>,
  runsDir: string,
): Contestant[] {
  const own = (['fp32', 'bf16'] as const).flatMap((precision) =>
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
    pytorch: () => [
      pytorch(PYTORCH_DEFAULT, 'fp32'),
      pytorch(PYTORCH_CHANNELS_LAST, 'channels_last'),
      pytorch(PYTORCH_BEST, 'bf16'),
    ],
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
