import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonLines } from '@glyphlab/experiments/search';
import { runBench } from '../commands.ts';
import { selectNative } from '../train/report-network.ts';
import { thisMachine } from '../train/machine.ts';
import { searchCommand, type SearchBenchOptions } from './command.ts';
import { comparisonTable, drawComparison } from './report.ts';
import { runSearch, type SearchedTrial, searchTypes } from './run-search.ts';
import { EPOCHS, type Values } from './space.ts';
import { trialTrainer } from './train-trial.ts';

/** What a training came to; a search asks for it by seed and values. */
interface Trained {
  seed: number;
  values: Values;
  accuracies: number[];
}

const VAL_IMAGES = 2000;

await runBench<SearchBenchOptions>(searchCommand(), async ({ seeds, budget, out }, { onProgress, signal }) => {
  const tensorflow = await selectNative(1);
  const train = await trialTrainer();
  const kept = new JsonLines<Trained>(join(out, 'trials.jsonl'));
  const keyOf = ({ seed, values }: Pick<Trained, 'seed' | 'values'>): string => JSON.stringify([seed, values]);
  const known = new Map(kept.found.map((trained) => [keyOf(trained), trained.accuracies]));
  const trials: SearchedTrial[] = [];
  for (const [k, seed] of seeds.entries())
    for (const [t, type] of searchTypes.entries()) {
      let done = 0;
      const note = `${type}, seed ${seed}`;
      trials.push(
        ...(await runSearch(type, seed, budget, async (request) => {
          signal.throwIfAborted();
          onProgress({ label: 'Searches', done: k * searchTypes.length + t, total: seeds.length * searchTypes.length, note: `${note}, trial ${++done}` }); // prettier-ignore
          const before = known.get(keyOf(request));
          const replayed = before && replay(before, request.goesOn);
          if (replayed) return replayed;
          const accuracies = await train(request);
          known.set(keyOf(request), accuracies);
          kept.add({ seed, values: request.values, accuracies });
          return accuracies;
        })),
      );
    }
  const figure = 'figures/search-methods.png';
  mkdirSync(join(out, 'figures'), { recursive: true });
  writeFileSync(join(out, figure), await drawComparison(trials, budget, VAL_IMAGES));
  const table = comparisonTable(trials, budget);
  const { processor, cores } = thisMachine();
  const origin = `\`npx nx run bench:search --seeds ${seeds.join(',')} --budget ${budget}\`, ${processor}, ${cores} cores, ${tensorflow}`;
  writeFileSync(join(out, 'RESULTS.md'), page(table, figure, origin));
  return table;
});

/** The epochs of an earlier training up to where this search stops it; undefined if it was stopped earlier than that. */
function replay(
  accuracies: readonly number[],
  goesOn: (epoch: number, value: number) => boolean,
): number[] | undefined {
  for (const [k, value] of accuracies.entries()) if (!goesOn(k + 1, value)) return accuracies.slice(0, k + 1);
  return accuracies.length === EPOCHS || accuracies.length === 0 ? [...accuracies] : undefined;
}

function page(table: string, figure: string, origin: string): string {
  return `# Ways to search, at equal compute

Best validation accuracy (%) that was found after so many epochs of all trials, of trials trained to their end. A trial is ${EPOCHS} epochs of a small
network (filters 8, 16, 32) on 7,000 of the 10,000 digits that come with npm, validated on ${VAL_IMAGES.toLocaleString('en')}; the test images were not read. ASHA compares after the
first epoch and lets one in three go on; TPE proposes from its eleventh trial on. All searches of a seed draw from one list.

${table}

![Best validation accuracy so far](${figure})

Mean ± sample standard deviation over the seeds. All trainings with their values and the accuracy after each epoch are in \`trials.jsonl\`.

- Command: ${origin}
- Date: ${new Date().toISOString().slice(0, 10)}
`;
}
