import { basename } from 'node:path';
import type { MlflowClient } from '@glyphlab/mlflow-client';
import { listRunDirectories } from '../run/run-directory.ts';
import { pictureOfServer, runsOf } from './mirror.ts';
import { metricsAt, SOAK_EXPERIMENT, STEPS_PER_EPOCH } from './soak-plan.ts';

export interface SoakCount {
  points: number;
  lost: number;
  doubled: number;
  /** What else differs from what was logged. */
  wrong: string[];
}

/** Holds what the server has against what the writer was to log. */
export async function countFaults(client: MlflowClient, runsDir: string, steps: number): Promise<SoakCount> {
  const directories = listRunDirectories(runsDir);
  const wrong: string[] = [];
  // A trainer that is killed before its first checkpoint begins a new run; the last one is the one that went on.
  const uuid = await finishedRun(client, directories);
  if (uuid === undefined) return { points: 0, lost: 2 * steps, doubled: 0, wrong: ['no run is finished'] };
  const picture = await pictureOfServer(client, SOAK_EXPERIMENT, uuid);
  const has = new Map<string, number>();
  for (const point of picture.points.filter((text) => !text.startsWith('system/'))) {
    const [key, step, , value] = point.split(' ');
    const name = `${key} ${step} ${value}`;
    has.set(name, (has.get(name) ?? 0) + 1);
  }
  const expected = new Set([`test_accuracy ${steps} 0.5`]);
  for (let step = 1; step <= steps; step++) {
    for (const [key, value] of Object.entries(metricsAt(step))) expected.add(`${key} ${step} ${value}`);
  }
  const lost = [...expected].filter((point) => !has.has(point)).length;
  const surplus = [...has].reduce((sum, [point, count]) => sum + (expected.has(point) ? count - 1 : count), 0);
  checkRest(picture.artifacts, steps, wrong);
  if (picture.params['steps'] !== String(steps)) wrong.push('params');
  if (picture.datasets.length !== 2) wrong.push(`${picture.datasets.length} datasets`);
  if (picture.models.length !== 1) wrong.push(`${picture.models.length} models`);
  const system = picture.points
    .filter((text) => text.startsWith('system/'))
    .map((text) => text.split(' ').slice(0, 2).join(' '));
  if (system.length === 0) wrong.push('no system metrics');
  const doubled = system.filter((point, k) => system.indexOf(point) < k);
  if (doubled.length > 0) wrong.push(`${doubled.length} system metrics twice, as ${doubled[0]}`);
  return { points: picture.points.length, lost, doubled: surplus, wrong };
}

async function finishedRun(client: MlflowClient, directories: string[]): Promise<string | undefined> {
  for (const uuid of directories.map((directory) => basename(directory))) {
    const runs = await runsOf(client, SOAK_EXPERIMENT, uuid);
    if (runs.some(({ status }) => status === 'FINISHED')) return uuid;
  }
  return undefined;
}

function checkRest(artifacts: Record<string, string>, steps: number, wrong: string[]): void {
  const paths = Object.keys(artifacts);
  for (let step = STEPS_PER_EPOCH; step <= steps; step += STEPS_PER_EPOCH) {
    const text = artifacts[`epochs/${step}.txt`];
    if (text === undefined || Buffer.from(text, 'base64').toString() !== `epoch ends at ${step}`)
      wrong.push(`epochs/${step}.txt`);
    const images = paths.filter((path) => path.startsWith(`images/digits+step+${step}+`));
    if (images.length !== 2) wrong.push(`${images.length} images at step ${step}`);
  }
}
