import { performance } from 'node:perf_hooks';
import { fitCompiled } from '@glyphlab/graph';
import * as tf from '@tensorflow/tfjs';
import { table } from '../train/report.ts';
import { median } from '../train/statistics.ts';
import type { Network } from './networks.ts';

const ways = {
  'model.fit': (model, x, y, args) => model.fit(x, y, args),
  fitCompiled,
} satisfies Record<string, typeof fitCompiled>;

type Way = keyof typeof ways;
const wayNames = Object.keys(ways) as Way[];

interface Measured {
  /** After the first epoch. */
  samplesPerSecond: number;
  /** Seconds; with the making of graphs. */
  firstEpoch: number;
  losses: number[];
}

export interface Comparison {
  network: string;
  batchSize: number;
  /** Of each way, samples a second, round by round. */
  samplesPerSecond: Record<Way, number[]>;
  /** Median, seconds. */
  firstEpoch: Record<Way, number>;
  ratio: number;
  /** The greatest between losses of the two ways, as a share of the loss. */
  lossDifference: number;
}

/** Trains a network one way, from the same first weights and in the same order of samples each time. */
async function measureOnce({ build, compile, data, samples, batchSize, epochs }: Network, way: Way): Promise<Measured> {
  const { x, y } = tf.tidy(data);
  const model = build();
  model.compile(compile);
  const ends: number[] = [];
  const startedAt = performance.now();
  const callbacks = { onEpochEnd: async () => void ends.push(performance.now()) };
  const { history } = await ways[way](model, x, y, { epochs, batchSize, shuffle: false, verbose: 0, callbacks });
  tf.dispose([x, y]);
  model.dispose();
  const seconds = (ends.at(-1)! - ends[0]!) / 1000;
  return {
    samplesPerSecond: (samples * (epochs - 1)) / seconds,
    firstEpoch: (ends[0]! - startedAt) / 1000,
    losses: history['loss'] as number[],
  };
}

/** Both ways in turn, `rounds` times after one that is not counted; who begins changes from round to round. */
export async function compareFits(
  network: Network,
  rounds: number,
  onRound: (round: number) => void,
): Promise<Comparison> {
  const results: Record<Way, Measured[]> = { 'model.fit': [], fitCompiled: [] };
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    for (const way of round % 2 ? wayNames : wayNames.toReversed()) {
      const measured = await measureOnce(network, way);
      if (round > 0) results[way].push(measured);
    }
  }
  const each = <T>(pick: (measured: Measured[]) => T): Record<Way, T> => ({
    'model.fit': pick(results['model.fit']),
    fitCompiled: pick(results.fitCompiled),
  });
  const samplesPerSecond = each((all) => all.map((one) => one.samplesPerSecond));
  const [eager, compiled] = [results['model.fit'][0]!.losses, results.fitCompiled[0]!.losses];
  return {
    network: network.name,
    batchSize: network.batchSize,
    samplesPerSecond,
    firstEpoch: each((all) => median(all.map((one) => one.firstEpoch))),
    ratio: median(samplesPerSecond.fitCompiled) / median(samplesPerSecond['model.fit']),
    lossDifference: Math.max(...eager.map((loss, k) => Math.abs(compiled[k]! - loss) / Math.abs(loss))),
  };
}

export function describeFits(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ network, batchSize, samplesPerSecond, firstEpoch, ratio, lossDifference }) => [
    network,
    String(batchSize),
    ...wayNames.map((way) => Math.round(median(samplesPerSecond[way])).toLocaleString('en')),
    `${ratio.toFixed(1)} ×`,
    wayNames.map((way) => `${firstEpoch[way].toFixed(2)} s`).join(', '),
    lossDifference.toExponential(0),
  ]);
  const titles = ['network', 'batch', ...wayNames.map((way) => `${way}, samples/s`), 'ratio', 'first epoch', 'losses differ by']; // prettier-ignore
  return table([titles, ...rows]);
}
