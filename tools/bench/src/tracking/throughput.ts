import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { OnProgress } from '@glyphlab/core';
import { installMlflow, startServer } from '@glyphlab/mlflow-server';
import { bareHttp } from './bare.ts';
import { ours } from './ours.ts';

const PEER = fileURLToPath(new URL('../../peers/log_to_mlflow.py', import.meta.url));

export interface ThroughputOptions {
  workers: number;
  points: number;
  /** One request a point takes long, so it may be given fewer. */
  logMetricPoints: number;
  rounds: number;
  onProgress: OnProgress;
}

/** Points a second of each way, one number a round. */
export interface Throughput {
  workers: number;
  rates: Record<'bare' | 'log_batch' | 'log_metric' | 'ours', number[]>;
}

/** Measures all ways on one real server, in turn and in another order each round, so that what else the machine does meets all. */
export async function throughput({
  workers,
  points,
  logMetricPoints,
  rounds,
  onProgress,
}: ThroughputOptions): Promise<Throughput> {
  const { python } = await installMlflow();
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-bench-server-'));
  const server = await startServer({ directory, workers });
  const rates: Throughput['rates'] = { bare: [], log_batch: [], log_metric: [], ours: [] };
  const peer = async (way: string, count: number): Promise<number> =>
    Number(
      (await promisify(execFile)(python, [PEER, server.url, way, String(count)])).stdout.trim().split('\n').at(-1),
    );
  const ways = {
    bare: () => bareHttp(server.url, points),
    log_batch: () => peer('log_batch', points),
    ours: () => ours(server.url, points),
  };
  try {
    await bareHttp(server.url, 1000);
    for (let round = 0; round < rounds; round++) {
      const names = Object.keys(ways) as (keyof typeof ways)[];
      onProgress({ label: `Logging to ${workers} worker(s)`, done: round, total: rounds });
      for (const name of [...names.slice(round % 3), ...names.slice(0, round % 3)]) {
        rates[name].push(points / (await ways[name]()));
      }
    }
    if (logMetricPoints > 0) rates.log_metric.push(logMetricPoints / (await peer('log_metric', logMetricPoints)));
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
  return { workers, rates };
}
