import { describeMachine, thisMachine } from '@glyphlab/tensorflow/processor';
import { selectBackend } from '@glyphlab/nn';
import { fitCommand, type FitBenchOptions, printed, runBench } from '../commands.ts';
import { compareFits, type Comparison, describeFits } from './measure-fit.ts';
import { networks } from './networks.ts';

await runBench<FitBenchOptions>(fitCommand(), async ({ network: names, rounds, json }, { onProgress, signal }) => {
  const { cores } = thisMachine();
  const { version } = await selectBackend({ backend: 'tensorflow', threads: cores, towers: 1 });
  const comparisons: Comparison[] = [];
  const chosen = networks.filter(({ name }) => names.includes(name));
  for (const network of chosen) {
    comparisons.push(
      await compareFits(network, rounds, (round) => {
        signal.throwIfAborted();
        const done = comparisons.length * (rounds + 1) + round;
        onProgress({ label: 'Training', done, total: chosen.length * (rounds + 1), note: network.name });
      }),
    );
  }
  const machine = `${describeMachine(thisMachine())}, TensorFlow ${version}. Medians of ${rounds} rounds, interleaved.`;
  return printed({ machine, comparisons }, () => `${machine}\n\n${describeFits(comparisons)}`, { json });
});
