import { RayCluster } from '@glyphlab/python/ray-cluster';
import type { SetBenchOptions, Surroundings } from '../commands.ts';
import { median } from '../train/statistics.ts';
import { SetFolder } from './set-folder.ts';

const EPOCHS = 8;

/** The report's network. */
const config = (precision: string, more: string): string => `name: member
dataset: { type: mnist-10k }
model: { type: cnn }
training: { epochs: ${EPOCHS}, precision: ${precision}${more} }
`;

/** Images per second of training, a number a round. */
export interface SideBySide {
  precision: SetBenchOptions['precision'];
  /** Two members of one CPU, together. */
  two: number[];
  /** One member of two CPUs. */
  one: number[];
  /** The same with the halves of a batch side by side (`training.towers: 2`). */
  towers: number[];
}

/** Trains on one node of two CPUs, in turn. */
export async function sideBySide(
  { rounds, precision }: Pick<SetBenchOptions, 'rounds' | 'precision'>,
  { onProgress }: Surroundings,
): Promise<SideBySide> {
  const cluster = await RayCluster.start(2);
  const result: SideBySide = { precision, two: [], one: [], towers: [] };
  const ways = {
    two: { seeds: [1, 2], threads: 1, more: '' },
    one: { seeds: [1], threads: 2, more: '' },
    towers: { seeds: [1], threads: 2, more: ', towers: 2' },
  };
  try {
    for (let round = 0; round < rounds; round++) {
      onProgress({ label: 'Members side by side', done: round, total: rounds });
      const names = Object.keys(ways) as (keyof typeof ways)[];
      for (const name of [...names.slice(round % 3), ...names.slice(0, round % 3)]) {
        const { seeds, threads, more } = ways[name];
        result[name].push(await imagesPerSecond(cluster.address, config(precision, more), seeds, threads));
      }
    }
    return result;
  } finally {
    await cluster.stop();
  }
}

/** Of all members together, in the epochs in which all of them trained. */
async function imagesPerSecond(
  address: string,
  text: string,
  seeds: readonly number[],
  threads: number,
): Promise<number> {
  const folder = new SetFolder(text);
  try {
    folder.writeSet(seeds, `threads: ${threads}\n`);
    await folder.onRay(address, '--shared', '--no-tracking').ended;
    // The first epoch warms up; in the last the other may have ended before.
    const rates = folder.journals().map((journal) => {
      const all = journal.flatMap(({ values }) => Number(values?.['images_per_second'] ?? NaN)).filter(Number.isFinite);
      return median(all.slice(1, EPOCHS - 1));
    });
    return rates.reduce((sum, rate) => sum + rate, 0);
  } finally {
    folder.remove();
  }
}
