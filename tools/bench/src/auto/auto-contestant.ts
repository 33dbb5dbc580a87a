import { selectBackend } from '@glyphlab/nn';
import { openRun } from '@glyphlab/tracking';
import type { Precision } from '../train/contestants.ts';
import { trainingDigits } from '../train/digits.ts';
import { type PacedFit, startPacedFit } from '../train/paced-fit.ts';
import { serve } from '../train/serve.ts';

// One setting: auto-contestant.ts PRECISION TOWERS THREADS RUNS_DIR. An epoch of real digits through `fit` each time it is asked.
const [precision, towersText, threadsText, runsDir] = process.argv.slice(2) as [Precision, string, string, string];
const [towers, threads] = [Number(towersText), Number(threadsText)];
const { version } = await selectBackend({ backend: 'tensorflow', threads, towers });
const runName = `${precision}, ${towers} tower(s), ${threads} thread(s)`;
const run = await openRun({
  runsDir,
  workspaceDir: runsDir,
  experiment: 'bench',
  runName,
  server: 'none',
  systemMetrics: true,
});

const fits = new Map<number, PacedFit>();
await serve(`TensorFlow ${version}`, async ({ batch, images }) => {
  let fit = fits.get(batch);
  if (!fit) fits.set(batch, (fit = startPacedFit(await trainingDigits(images), { batch, precision, towers, augmentation: [] }, run))); // prettier-ignore
  return { imagesPerSecond: (await fit.nextEpoch())['images_per_second']! };
});
await run.end('FINISHED');
process.exit();
