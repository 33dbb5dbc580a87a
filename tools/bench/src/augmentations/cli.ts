import { textTable } from '@glyphlab/core';
import { cnn } from '@glyphlab/model-cnn';
import { type Augment, buildModel, imageTable } from '@glyphlab/nn';
import { augmentations } from '@glyphlab/nn/kinds';
import type { Learner } from '@glyphlab/training';
import { runBench } from '../commands.ts';
import { leastStepTimes, plainLearner } from '../step-cost.ts';
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
    plainLearner(
      buildModel(() => build(cnn.options.parse({}), { imageShape: [...shape], numClasses: CLASSES }), 1),
      table,
      BATCH,
      { augmentation },
    );
  const rows: [name: string, learner: Learner][] = [['none', learnerWith([])]];
  for (const { type, options, load } of augmentations) {
    const make = (await load()) as (options: unknown) => Augment;
    rows.push([type, learnerWith([make(options.parse(given[type] ?? {}))])]);
  }
  const onTurn = (done: number): void => onProgress({ label: 'Turns', done, total: turns });
  const least = await leastStepTimes(rows.map(([, learner]) => learner), { turns, steps: STEPS, onTurn }); // prettier-ignore
  const plain = least[0]!;
  const text = rows.map(([name], k) => [name, least[k]!.toFixed(2), `${(100 * (least[k]! / plain - 1)).toFixed(1)} %`]);
  const { processor, cores } = thisMachine();
  const what = `batch ${BATCH} of ${side} × ${side} × 3, fp32, one tower; ${processor}, ${cores} cores`;
  return [...textTable([['', 'a step, ms', 'more'], ...text], new Set([1, 2])), what].join('\n');
});
