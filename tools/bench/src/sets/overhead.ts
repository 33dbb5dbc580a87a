import { RayCluster } from '@glyphlab/python/ray-cluster';
import type { Surroundings } from '../commands.ts';
import { project, SetFolder } from './set-folder.ts';

/** A few seconds of training: what Ray adds does not depend on how long it is. */
const config = `name: member
dataset: { type: mnist-10k }
model: { type: cnn, filters: [16, 32], denseUnits: 64 }
training: { epochs: 2, threads: 1 }
`;

export interface Overhead {
  /** Of the whole process, by hand. */
  byHand: number[];
  /** From the end of one member to that of the next, on one CPU. */
  onRay: number[];
}

/** Measures the same run by hand and as a member on one node of one CPU, in turn; both are tracked. */
export async function overhead(mlflowUrl: string, rounds: number, { onProgress }: Surroundings): Promise<Overhead> {
  const folder = new SetFolder(config, { MLFLOW_TRACKING_URI: mlflowUrl });
  const cluster = await RayCluster.start(1);
  const result: Overhead = { byHand: [], onRay: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      onProgress({ label: 'Runs by hand and through Ray', done: round, total: rounds });
      const [seed, ...others] = [0, 1, 2, 3].map((k) => 10 * (round + 1) + k);
      for (const other of others) {
        const byHand = folder.start(['run', '--config', 'member.yaml', '--set', `seed=${100 + other}`]);
        result.byHand.push((await byHand.ended).seconds);
      }
      folder.writeSet([seed!, ...others]);
      const set = folder.onRay(cluster.address, '--code', project);
      await set.ended;
      const ends = set.saidAt(/^member, seed \d+: finished/);
      // The first has the start of the session in it.
      for (const [k, end] of ends.entries()) if (k > 0) result.onRay.push(end - ends[k - 1]!);
    }
    return result;
  } finally {
    await cluster.stop();
    folder.remove();
  }
}
