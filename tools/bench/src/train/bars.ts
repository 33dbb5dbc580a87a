import { ours, PYTORCH_BEST, PYTORCH_CHANNELS_LAST, PYTORCH_DEFAULT, TFJS_FIT, type Precision } from './contestants.ts';

/** A ratio of speeds that is to be reached. */
export interface Bar {
  name: string;
  precision: Precision;
  /** Id of the contestant that ours is measured against. */
  peer: string;
  /** Smallest ratio by batch size; other batch sizes have none. */
  atLeast: Readonly<Record<number, number>>;
}

/** What a table of ratios shows, in its order. */
export const bars: readonly Bar[] = [
  {
    name: 'fp32 to PyTorch as written by default',
    precision: 'fp32',
    peer: PYTORCH_DEFAULT,
    atLeast: { 32: 1.8, 64: 1.7, 256: 1.9 },
  },
  {
    name: 'fp32 to PyTorch channels_last',
    precision: 'fp32',
    peer: PYTORCH_CHANNELS_LAST,
    atLeast: { 32: 1.05, 64: 1.15, 256: 1.25 },
  },
  {
    name: 'bf16 to PyTorch’s best (bf16, channels_last)',
    precision: 'bf16',
    peer: PYTORCH_BEST,
    atLeast: { 32: 1.25, 64: 1.35, 256: 1.5 },
  },
  {
    name: 'fp32 to tfjs-node model.fit',
    precision: 'fp32',
    peer: TFJS_FIT,
    atLeast: { 32: 7, 64: 5.5, 256: 5.5 },
  },
  {
    name: 'aim: bf16 to PyTorch’s best',
    precision: 'bf16',
    peer: PYTORCH_BEST,
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
 * Ratios of medians, for each bar with two towers and with one; bars whose peer did not run are left out.
 * @param medianOf images/s of a contestant at a batch size, or undefined if it was not measured
 */
export function ratioRows(
  batches: readonly number[],
  medianOf: (contestant: string, batch: number) => number | undefined,
): RatioRow[] {
  const rows = bars.flatMap(({ name, precision, peer, atLeast }) =>
    [2, 1].map((towers) => ({
      name,
      towers,
      ratios: batches.flatMap((batch) => {
        const [own, other] = [medianOf(ours(precision, towers), batch), medianOf(peer, batch)];
        if (own === undefined || other === undefined) return [];
        const ratio = own / other;
        const bar = atLeast[batch];
        return [{ batch, ratio, ...(bar !== undefined && { bar, met: ratio >= bar }) }];
      }),
    })),
  );
  return rows.filter(({ ratios }) => ratios.length > 0);
}
