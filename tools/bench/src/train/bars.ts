import { ours, PYTORCH_CHANNELS_LAST, PYTORCH_DEFAULT, pytorchModes, TFJS_FIT, type Precision } from './contestants.ts';

/** A ratio of speeds that is to be reached. */
export interface Bar {
  name: string;
  precision: Precision;
  /** Ids of the contestants of which the fastest is what ours is measured against. */
  peers: readonly string[];
  /** Smallest ratio by batch size; other batch sizes have none. */
  atLeast: Readonly<Record<number, number>>;
}

const [inFp32, inBf16] = [Object.keys(pytorchModes.fp32), Object.keys(pytorchModes.bf16)];

/** What a table of ratios shows, in its order. */
export const bars: readonly Bar[] = [
  {
    name: 'fp32 to PyTorch as written by default',
    precision: 'fp32',
    peers: [PYTORCH_DEFAULT],
    atLeast: { 32: 1.8, 64: 1.7, 256: 1.9 },
  },
  {
    name: 'fp32 to PyTorch channels_last',
    precision: 'fp32',
    peers: [PYTORCH_CHANNELS_LAST],
    atLeast: { 32: 1.05, 64: 1.15, 256: 1.25 },
  },
  {
    name: 'fp32 to PyTorch’s best in fp32',
    precision: 'fp32',
    peers: inFp32,
    atLeast: { 32: 1.15, 64: 1.25, 256: 1.35 },
  },
  {
    name: 'bf16 to PyTorch’s best',
    precision: 'bf16',
    peers: [...inFp32, ...inBf16],
    atLeast: { 32: 1.5, 64: 1.6, 256: 1.9 },
  },
  {
    name: 'fp32 to tfjs-node model.fit',
    precision: 'fp32',
    peers: [TFJS_FIT],
    atLeast: { 32: 7, 64: 5.5, 256: 5.5 },
  },
  {
    name: 'aim: fp32 to PyTorch’s best in fp32',
    precision: 'fp32',
    peers: inFp32,
    atLeast: { 32: 2, 64: 2, 256: 2 },
  },
  {
    name: 'aim: bf16 to PyTorch’s best',
    precision: 'bf16',
    peers: [...inFp32, ...inBf16],
    atLeast: { 32: 2, 64: 2, 256: 2 },
  },
];

/** One row of the table of ratios. */
export interface RatioRow {
  name: string;
  towers: number;
  ratios: { batch: number; ratio: number; bar?: number; met?: boolean }[];
}

/**
 * Ratios of medians, for each bar with two towers and with one; bars none of whose peers ran are left out.
 * @param medianOf images/s of a contestant at a batch size, or undefined if it was not measured
 */
export function ratioRows(
  batches: readonly number[],
  medianOf: (contestant: string, batch: number) => number | undefined,
): RatioRow[] {
  const rows = bars.flatMap(({ name, precision, peers, atLeast }) =>
    [2, 1].map((towers) => ({
      name,
      towers,
      ratios: batches.flatMap((batch) => {
        const own = medianOf(ours(precision, towers), batch);
        const others = peers.map((peer) => medianOf(peer, batch)).filter((speed) => speed !== undefined);
        if (own === undefined || others.length === 0) return [];
        const ratio = own / Math.max(...others);
        const bar = atLeast[batch];
        return [{ batch, ratio, ...(bar !== undefined && { bar, met: ratio >= bar }) }];
      }),
    })),
  );
  return rows.filter(({ ratios }) => ratios.length > 0);
}
