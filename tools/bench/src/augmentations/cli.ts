import { textTable } from '@glyphlab/core';
import { cnn } from '@glyphlab/model-cnn';
import { type Augment, buildModel, crossEntropyLoss, imageTable, sgd } from '@glyphlab/nn';
import { augmentations } from '@glyphlab/nn/kinds';
import { createNetwork, Learner } from '@glyphlab/training';
import { runBench } from '../commands.ts';
import { thisMachine } from '../train/machine.ts';
import { selectNative } from '../train/report-network.ts';
import { type AugmentationsOptions, augmentationsCommand } from './command.ts';

const BATCH = 32;
const STEPS = 10;
const CLASSES = 10;

/** Each kind with the options that are its defaults; an affine map that does nothing by default gets what photographs get. */
const given: Record<string, object> = { affine: { rotation: 10, scale: 0.1, translate: 4 } };

/** What an augmentation adds to the least time of a step, turn about with the step without any. */
await runBench<AugmentationsOptions>(augmentationsCommand(), async ({ side, turns }, { onProgress }) => {
  await selectNative(1);
  const shape = [side, side, 3] as const;
  const size = BATCH * STEPS;
  const images = Uint8Array.from({ length: size * side * side * 3 }, (_, i) => (i * 7919) % 256);
  const table = imageTable({ images, labels: Uint8Array.from({ length: size }, (_, i) => i % CLASSES), size }, [...shape]); // prettier-ignore
  const build = await cnn.load();
  const learnerWith = (augmentation: Augment[]): Learner =>
    new Learner(
      createNetwork(buildModel(() => build(cnn.options.parse({}), { imageShape: [...shape], numClasses: CLASSES }), 1)),
      { train: table, val: table },
      {
        seed: 1,
        batchSize: BATCH,
        evaluationBatchSize: BATCH,
        createOptimizer: (weights) => sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights),
        precision: 'fp32',
        towers: 1,
        augmentation,
        loss: crossEntropyLoss(0, undefined),
      },
    );
  const rows: [name: string, learner: Learner, least: number][] = [['none', learnerWith([]), Infinity]];
  for (const { type, options, load } of augmentations) {
    const make = (await load()) as (options: unknown) => Augment;
    rows.push([type, learnerWith([make(options.parse(given[type] ?? {}))]), Infinity]);
  }
  // The first turn makes the graphs.
  for (let turn = 0; turn <= turns; turn++)
    for (const row of rows) {
      const start = performance.now();
      await row[1].trainEpoch({ epoch: 1, lrAt: () => 0.001, onLayers: () => undefined });
      if (turn > 0) row[2] = Math.min(row[2], (performance.now() - start) / STEPS);
      onProgress({ label: 'Turns', done: turn, total: turns });
    }
  for (const [, learner] of rows) learner.dispose();
  const plain = rows[0]![2];
  const text = rows.map(([name, , least]) => [name, least.toFixed(2), `${((100 * (least - plain)) / plain).toFixed(1)} %`]); // prettier-ignore
  const { processor, cores } = thisMachine();
  const what = `batch ${BATCH} of ${side} × ${side} × 3, fp32, one tower; ${processor}, ${cores} cores`;
  return [...textTable([['', 'a step, ms', 'more'], ...text], new Set([1, 2])), what].join('\n');
});
