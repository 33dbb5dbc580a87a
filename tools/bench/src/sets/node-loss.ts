import { setTimeout as sleep } from 'node:timers/promises';
import { MlflowClient, type Run } from '@glyphlab/mlflow-client';
import { RayCluster } from '@glyphlab/python/ray-cluster';
import { PARENT_TAG } from '@glyphlab/tracking';
import type { Surroundings } from '../commands.ts';
import { project, SetFolder } from './set-folder.ts';

const MEMBERS = 8;
/** Some twelve seconds on one CPU. */
const config = `name: member
dataset: { type: mnist-10k }
model: { type: cnn, filters: [16, 32], denseUnits: 64 }
training: { epochs: 6 }
`;

export interface NodeLoss {
  shared: boolean;
  seconds: number;
  members: number;
  /** Members with a result, without, and with more than one; as RESULTS.md has them, and as MLflow has finished runs. */
  results: Count;
  mlflow: Count;
  /** How runs in MLflow stand that are not finished. */
  others: string[];
}

interface Count {
  found: number;
  lost: number;
  doubled: number;
}

interface Job {
  status: string;
  driver_node_id?: string;
}

/** Trains a set on two nodes of one CPU, kills one when two members are through, and counts what came out. */
export async function nodeLoss(mlflowUrl: string, shared: boolean, { onProgress }: Surroundings): Promise<NodeLoss> {
  const folder = new SetFolder(config, { MLFLOW_TRACKING_URI: mlflowUrl });
  const cluster = await RayCluster.start(1);
  try {
    const node = await cluster.addNode(1);
    folder.writeSet(Array.from({ length: MEMBERS }, (_, k) => k + 1));
    const set = folder.onRay(cluster.address, ...(shared ? ['--shared'] : ['--code', project]));
    const label = `8 members, one node killed, ${shared ? 'with' : 'without'} shared storage`;
    const finished = (): number => set.saidAt(/^member, seed \d+: finished/).length;
    let isKilled = false;
    for (const watch = set.ended.then(() => true); !(await Promise.race([watch, sleep(200)]));) {
      onProgress({ label, done: finished(), total: MEMBERS });
      if (isKilled || finished() < 2) continue;
      const jobs = await cluster.get<Job[]>('/api/jobs/');
      const isBusy = jobs.some(({ status, driver_node_id: id }) => status === 'RUNNING' && id === node.id);
      // In the middle of a training.
      if (!isBusy || !folder.journals().some((journal) => isHalfWay(journal))) continue;
      node.kill();
      isKilled = true;
    }
    const { seconds } = await set.ended;
    const rows = [...folder.results.matchAll(/^\| (member, seed \d+) \| [\d.]+ \|/gm)].map(([, name]) => name!);
    const runs = await childrenOf(mlflowUrl, folder.name);
    const names = runs.filter(({ status }) => status === 'FINISHED').map(({ name }) => name);
    const others = runs.filter(({ status }) => status !== 'FINISHED').map(({ name, status }) => `${name} ${status}`);
    return { shared, seconds, members: MEMBERS, results: count(rows), mlflow: count(names), others };
  } finally {
    await cluster.stop();
    folder.remove();
  }
}

function isHalfWay(journal: readonly { type: string; values?: object }[]): boolean {
  const epochs = journal.filter(({ values }) => values && 'val/loss' in values).length;
  return epochs >= 2 && !journal.some(({ type }) => type === 'ended');
}

function count(names: readonly string[]): Count {
  const found = new Set(names).size;
  return { found, lost: MEMBERS - found, doubled: names.length - found };
}

/** Runs of the experiment that are parts of its only parent. */
async function childrenOf(mlflowUrl: string, experiment: string): Promise<Run[]> {
  const client = new MlflowClient({ trackingUri: mlflowUrl });
  try {
    const { experimentId } = (await client.experiments.getByName(experiment))!;
    const runs: Run[] = [];
    for await (const run of client.runs.search({ experimentIds: [experimentId] })) runs.push(run);
    const parents = runs.filter(({ tags }) => 'glyphlab.set' in tags);
    return runs.filter(({ tags }) => tags[PARENT_TAG] === parents[0]!.runId);
  } finally {
    await client.close();
  }
}
