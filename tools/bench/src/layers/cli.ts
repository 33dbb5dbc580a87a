import { textTable } from '@glyphlab/core';
import { cnn } from '@glyphlab/model-cnn';
import { efficientnet } from '@glyphlab/model-efficientnet';
import { resnet } from '@glyphlab/model-resnet';
import { buildModel, crossEntropyLoss, imageTable, sgd } from '@glyphlab/nn';
import { createNetwork, Learner } from '@glyphlab/training';
import { layersCommand, runBench } from '../commands.ts';
import { trainingDigits } from '../train/digits.ts';
import { thisMachine } from '../train/machine.ts';
import { selectNative } from '../train/report-network.ts';

const BATCH = 64;
const STEPS = 40;
const TURNS = 5;
const EVERY = 100;

/** What watching the layers costs: the least time of a step of 5 turns of 40, with all steps watched and with none, turn about. */
await runBench<{ towers: number }>(layersCommand(), async ({ towers }) => {
  await selectNative(towers);
  const { train, imageShape } = await trainingDigits(BATCH * STEPS);
  const table = imageTable(train, imageShape);
  const rows: string[][] = [];
  for (const kind of [cnn, resnet, efficientnet]) {
    const build = (await kind.load()) as Awaited<ReturnType<typeof cnn.load>>;
    const options = kind.options.parse({}) as Parameters<typeof build>[0];
    const learners = [undefined, 1].map((watchLayers) => {
      const network = createNetwork(buildModel(() => build(options, { imageShape, numClasses: 10 }), 1));
      return new Learner(
        network,
        { train: table, val: table },
        {
          seed: 1,
          batchSize: BATCH,
          evaluationBatchSize: BATCH,
          createOptimizer: (weights) => sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 }, weights),
          precision: 'fp32',
          towers,
          augmentation: [],
          loss: crossEntropyLoss(0, undefined),
          watchLayers,
        },
      );
    });
    const least = [Infinity, Infinity];
    // The first turn makes the graphs.
    for (let turn = 0; turn <= TURNS; turn++)
      for (const [k, learner] of learners.entries()) {
        const start = performance.now();
        await learner.trainEpoch({ epoch: 1, lrAt: () => 0.001, onLayers: () => undefined });
        if (turn > 0) least[k] = Math.min(least[k]!, (performance.now() - start) / STEPS);
      }
    for (const learner of learners) learner.dispose();
    const [plain, watched] = least as [number, number];
    const cost = (100 * (watched - plain)) / plain / EVERY;
    rows.push([kind.type, plain.toFixed(2), watched.toFixed(2), `${cost.toFixed(2)} %`]);
  }
  const head = ['', 'a step, ms', 'watched, ms', `cost at every ${EVERY}`];
  const { processor, cores } = thisMachine();
  const what = `batch ${BATCH}, ${towers} tower(s); ${processor}, ${cores} cores`;
  return [...textTable([head, ...rows], new Set([1, 2, 3])), what].join('\n');
});
