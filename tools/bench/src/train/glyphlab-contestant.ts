import { affine, type Augment, elastic } from '@glyphlab/nn';
import { openRun } from '@glyphlab/tracking';
import type { Precision } from './contestants.ts';
import { trainingDigits } from './digits.ts';
import { type PacedFit, startPacedFit } from './paced-fit.ts';
import { selectNative } from './report-network.ts';
import { serve } from './serve.ts';

/** What the cost of augmentation is measured with: the report's distortions; Simard et al.'s elastic one. */
const augmentations: Readonly<Record<string, readonly Augment[]>> = {
  none: [],
  affine: [(x, random) => affine(x, { rotation: 10, scale: 0.1, shear: 0, translate: 2.8 }, random)],
  elastic: [(x, random) => elastic(x, { alpha: 34, sigma: 4 }, random)],
};

// Ours: glyphlab-contestant.ts PRECISION TOWERS RUNS_DIR [AUGMENTATION]. An epoch of real digits through `fit` each time it is
// asked, tracked.
const [precision, towers, runsDir, augmentation] = process.argv.slice(2) as [Precision, string, string, string?];
const version = await selectNative(Number(towers));
const run = await openRun({
  runsDir,
  workspaceDir: runsDir,
  experiment: 'bench',
  runName: `${precision}, ${towers} tower(s)`,
  server: 'none',
  systemMetrics: true,
});

const fits = new Map<number, PacedFit>();
await serve(version, async ({ batch, images }) => {
  let fit = fits.get(batch);
  if (!fit) {
    const digits = await trainingDigits(images);
    fit = startPacedFit(
      digits,
      { batch, precision, towers: Number(towers), augmentation: augmentations[augmentation ?? 'none']! },
      run,
    );
    fits.set(batch, fit);
  }
  const metrics = await fit.nextEpoch();
  return { imagesPerSecond: metrics['images_per_second']! };
});
await run.end('FINISHED');
process.exit();
