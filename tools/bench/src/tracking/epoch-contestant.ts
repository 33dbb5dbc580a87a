import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRun, type TrackedRun } from '@glyphlab/tracking';
import { trainingDigits } from '../train/digits.ts';
import { type PacedFit, startPacedFit } from '../train/paced-fit.ts';
import { selectNative } from '../train/report-network.ts';
import { serve } from '../train/serve.ts';

// epoch-contestant.ts DIRECTORY [SERVER answers|hangs]. Each time it is asked, an epoch of real digits through the product's `fit`;
// untracked without a server.
const [directory, server, behaviour] = process.argv.slice(2) as [string, string?, string?];
const TOWERS = 2;
const version = await selectNative(TOWERS);
const run =
  server === undefined
    ? undefined
    : await openRun({ runsDir: directory, workspaceDir: directory, experiment: 'bench', runName: behaviour!, server });

mkdirSync(directory, { recursive: true });
let told = 0;
// Besides what `fit` logs at the end of an epoch, the loss each time that it tells how far it is, some ten times a second.
const onProgress = (progress: { loss: number }): void => run?.logMetrics({ 'train/progress': progress.loss }, told++);
const sink: Pick<TrackedRun, 'directory' | 'logMetrics' | 'flush'> = run ?? {
  directory,
  logMetrics: () => undefined,
  flush: async () => undefined,
};

let fit: PacedFit | undefined;
await serve(version, async ({ batch, images }) => {
  const isFirst = fit === undefined;
  fit ??= startPacedFit(
    await trainingDigits(images),
    { batch, precision: 'bf16', towers: TOWERS, augmentation: [], onProgress },
    sink,
  );
  const start = performance.now();
  await fit.nextEpoch();
  const seconds = (performance.now() - start) / 1000;
  // What is measured is a server that has the run already, or one that does not even begin to take it.
  while (isFirst && behaviour === 'answers' && run!.status().url === undefined) await sleep(20);
  if (behaviour === 'hangs' && run!.status().url !== undefined)
    throw new Error('The server that was to hang answered.');
  return { imagesPerSecond: images / seconds };
});
run?.abandon();
process.exit();
