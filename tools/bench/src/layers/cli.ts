import { textTable } from '@glyphlab/core';
import { cnn } from '@glyphlab/model-cnn';
import { efficientnet } from '@glyphlab/model-efficientnet';
import { resnet } from '@glyphlab/model-resnet';
import { buildModel, imageTable } from '@glyphlab/nn';
import { layersCommand, runBench } from '../commands.ts';
import { leastStepTimes, plainLearner } from '../step-cost.ts';
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
    const learners = [undefined, 1].map((watchLayers) =>
      plainLearner(
        buildModel(() => build(options, { imageShape, numClasses: 10 }), 1),
        table,
        BATCH,
        { towers, watchLayers },
      ),
    );
    const least = await leastStepTimes(learners, { turns: TURNS, steps: STEPS });
    const [plain, watched] = least as [number, number];
    const cost = (100 * (watched - plain)) / plain / EVERY;
    rows.push([kind.type, plain.toFixed(2), watched.toFixed(2), `${cost.toFixed(2)} %`]);
  }
  const head = ['', 'a step, ms', 'watched, ms', `cost at every ${EVERY}`];
  const { processor, cores } = thisMachine();
  const what = `batch ${BATCH}, ${towers} tower(s); ${processor}, ${cores} cores`;
  return [...textTable([head, ...rows], new Set([1, 2, 3])), what].join('\n');
});
