import type { RunRecord } from '@glyphlab/tracking';
import { expect, test } from 'vitest';
import type { Member } from '../plan/expand-set.ts';
import { searchPlan } from '../search/search-plan.ts';
import { member, record } from '../testing.ts';
import { drawFigures } from './draw-figures.ts';
import { resultsMarkdown } from './markdown.ts';
import type { MemberResult } from './member-result.ts';
import { summarise } from './summarise.ts';

const result = (of: Member, found: RunRecord | undefined, more: Partial<MemberResult> = {}): MemberResult => ({
  member: of,
  record: found,
  runId: undefined,
  url: undefined,
  problem: undefined,
  ...more,
});

const withTest = (accuracy: number, more: Partial<RunRecord> = {}): RunRecord =>
  record({ ...more, metrics: { best_epoch: 2, test_accuracy: accuracy, test_loss: 0.2 } });

function page(results: readonly MemberResult[], references = new Map()): string {
  const datasets = summarise(results, { references });
  const figures = datasets.map(({ dataset }) => ({
    dataset,
    title: `On ${dataset}`,
    file: `figures/${dataset}.png`,
    png: new Uint8Array(),
  }));
  const set = { name: 'try', description: 'What it is about.\n' };
  return resultsMarkdown({ set, results, datasets, figures, command: 'npx x', origin: 'the journals' });
}

test('groups stand in a table with mean ± sample deviation of those that finished, the best bold', () => {
  const text = page([
    result(member('1', { group: 'a', seed: 1 }), withTest(0.99)),
    result(member('2', { group: 'a', seed: 2 }), withTest(0.992)),
    result(member('3', { group: 'a', seed: 3 }), withTest(0.997)),
    result(member('4', { group: 'b', seed: 1 }), withTest(0.98)),
    result(member('5', { group: 'b', seed: 2 }), record({ status: 'FAILED', metrics: {} }), {
      problem: 'NaN\nat epoch 3',
    }),
    result(member('6', { group: 'c' }), undefined),
  ]);
  expect(text).toContain(
    '# try\n\nWhat it is about.\n\n**Not complete:** 4 of 6 members have finished.\n\n## digits, 10,000 test images\n\n| Setting |',
  );
  // Three epochs of 60 s each; the best one, the second, has val/accuracy 0.95 and val/loss 0.05.
  expect(text).toContain(
    '| **a** | **99.30 ± 0.36** | 0.2000 ± 0.0000 | **95.00 ± 0.00** | 0.0500 ± 0.0000 | 0.5000 ± 0.0000 | 3 | 2 | 3.0 ± 0.0 | 3 |',
  );
  expect(text).toContain('| b | 98.00 | 0.2000 | **95.00** | 0.0500 | 0.5000 | 3 | 2 | 3.0 | 1 of 2 |');
  expect(text).toContain('| c | – | – | – | – | – | – | – | – | 0 of 1 |');
  expect(text).toContain('![On digits](figures/digits.png)');
  expect(text).toContain('| a, seed 3 | 99.70 | 2 | 3.0 | 2026-01-02 | `u1` |');
  expect(text).toContain('| b, seed 2 | 3 of 3 | NaN at epoch 3 |');
  expect(text).toContain('| c, seed 1 | – | not begun |');
});

test('folds give mean and deviation as seeds do, and the page says so', () => {
  const onFold = (fold: number, numImages: number): RunRecord =>
    withTest(0.97 + fold / 100, { datasets: [{ name: 'digits', context: 'test', numImages }] });
  const text = page([
    result(member('1', { group: 'a', fold: 1 }), onFold(1, 501)),
    result(member('2', { group: 'a', fold: 2 }), onFold(2, 500)),
  ]);
  expect(text).toContain('## digits, 500 to 501 test images');
  expect(text).toContain('| a | 98.50 ± 0.71 |');
  expect(text).toContain('Mean ± sample standard deviation over the folds. Each fold is measured by the run that');
});

test('it says by what the best epoch is chosen', () => {
  const { config, ...plain } = member('1', { group: 'a' });
  const byTraining = { ...config, training: { ...config.training, checkpoint: { monitor: 'train/loss' } } };
  const own = result({ ...plain, config: byTraining as Member['config'] }, withTest(0.9));
  expect(page([own])).toContain('which is chosen by train/loss; the test images');
  expect(page([result(member('2'), withTest(0.9))])).toContain(
    'which is chosen on the validation images; the test images',
  );
});

test('datasets are apart, each with its notes, and nothing alone is called the best', () => {
  const note = 'Not the official files: a.gz in the data directory differ.';
  const letters = {
    datasets: [{ name: 'letters', context: 'test', numImages: 2304 }],
    tags: { 'glyphlab.dataset_notes': note.replace('the data directory', '/home/me/data') },
  };
  const text = page([
    result(member('1', { group: 'a' }), withTest(0.9)),
    result(member('2', { group: 'b', dataset: 'letters' }), withTest(0.8, letters)),
  ]);
  expect(text).toContain(`## letters, 2,304 test images\n\n> **Note:** ${note}\n\n| Setting |`);
  expect(text).toContain('| b | 80.00 |');
  expect(text).not.toContain('bold');
  expect(text).not.toContain('Not complete');
});

test('what the configurations have measured beside has columns of its own', () => {
  const measuring = (id: string, seed: number): Member => {
    const { config, ...rest } = member(id, { group: 'a', seed });
    return { ...rest, config: { ...config, evaluation: { batchSize: 1, metrics: [{ type: 'worstClass' }] } } };
  };
  const metrics = { best_epoch: 2, test_accuracy: 0.9, test_loss: 0.2, test_macro_f1: 0.8 };
  const text = page([
    result(measuring('1', 1), record({ metrics: { ...metrics, test_worst_class_recall: 0.5 } })),
    result(measuring('2', 2), record({ metrics: { ...metrics, test_worst_class_recall: 0.7 } })),
  ]);
  expect(text).toContain('| Setting | Test accuracy (%) | Test loss | Test worst class recall | Val. accuracy (%) |');
  expect(text).toContain('| a | 90.00 ± 0.00 | 0.2000 ± 0.0000 | 0.6000 ± 0.1414 |');
});

test('figures of someone else stand below ours', () => {
  const references = new Map([['a', { source: 'Report', testAccuracy: 0.9943, minutes: 35.68 }]]);
  const text = page([result(member('1', { group: 'a' }), withTest(0.995))], references);
  expect(text).toContain(
    '| a | 99.50 | 0.2000 | 95.00 | 0.0500 | 0.5000 | 3 | 2 | 3.0 | 1 |\n| *Report* | 99.43 | – | – | – | – | – | – | 35.7 |  |',
  );
});

test('searches stand side by side with the best of their trials, chosen on the validation images', () => {
  const plan = searchPlan({ type: 'asha', trials: 4, space: {}, monitor: 'val/accuracy', budget: 9 }, 3, 'max');
  const trial = (search: string, number: number): Member => ({
    ...member(`${search}${number}`, { group: 'asha' }),
    name: `${search}, trial ${number}`,
    trial: { search, number, values: { 'training.optimizer.learningRate': `0.0${number}` }, plan },
  });
  const at = (valAccuracy: number, testAccuracy: number): RunRecord => {
    const found = withTest(testAccuracy);
    return { ...found, epochs: new Map(found.epochs).set(2, { ...found.epochs.get(2), 'val/accuracy': valAccuracy }) };
  };
  const early = record({
    status: 'KILLED',
    epochs: new Map([[1, { 'val/accuracy': 0.3, epoch_seconds: 60 }]]),
    metrics: { training_seconds: 90 },
  });
  const text = page([
    result(trial('asha, seed 1', 1), at(0.96, 0.9)),
    // The better one of the test images is not the one that is chosen.
    result(trial('asha, seed 1', 2), at(0.95, 0.99)),
    result(trial('asha, seed 1', 3), early, { stoppedEarly: 'why' }),
    result(trial('asha, seed 1', 4), undefined),
    result(trial('asha, seed 2', 1), at(0.98, 0.94)),
    result(trial('asha, seed 2', 2), early, { stoppedEarly: 'why' }),
  ]);
  // Three epochs of each that finished and one of each that did not: 3 + 3 + 1 and 3 + 1; in minutes 7.5 and 4.5.
  expect(text).toContain(
    '| asha | 97.00 ± 1.41 | 0.0500 ± 0.0000 | 92.00 ± 2.83 | 5.5 ± 2.1 | 2.5 ± 0.7 | 1.0 ± 0.0 | 6.0 ± 2.1 | 2 |',
  );
  expect(text).toContain('| Search | Trial | val/accuracy | Test accuracy (%) | learningRate | Id |');
  expect(text).toContain('| asha, seed 1 | 1 | 96.00 | 90.00 | 0.01 | `u1` |');
  expect(text).toContain('| asha, seed 2 | 1 | 98.00 | 94.00 | 0.01 | `u1` |');
  expect(text).toContain('| Search | Trial | learningRate | val/accuracy | Epochs | How it ended | Id |');
  expect(text).toContain('| asha, seed 1 | 2 | 0.02 | 95.00 | 3 | finished | `u1` |');
  expect(text).toContain('| asha, seed 1 | 3 | 0.03 | 30.00 | 1 | stopped early | `u1` |');
  expect(text).not.toContain('## Runs');
  // For the fourth trial of the first search seven of nine epochs leave no room.
  expect(text).not.toContain('Not complete');
  expect(text).not.toContain('| Setting |');
});

test('of searches with trials enough it says what mattered, and draws them', async () => {
  const space = { 'training.lr': { logUniform: [0.001, 1] }, 'model.size': { choice: ['narrow', 'wide'] } };
  const plan = searchPlan({ type: 'random', trials: 24, space, monitor: 'val/accuracy' }, 3, 'max');
  const results = Array.from({ length: 24 }, (_, k) => {
    const values = { 'training.lr': String(10 ** (-3 + k / 8)), 'model.size': k % 2 ? 'wide' : 'narrow' };
    const trial = { search: `random, seed ${(k % 2) + 1}`, number: k + 1, values, plan };
    const found = withTest(0.9);
    const epochs = new Map(found.epochs).set(2, {
      ...found.epochs.get(2),
      'val/accuracy': 0.9 - Math.abs(k - 12) / 50,
    });
    return result({ ...member(String(k), { group: 'random' }), trial }, { ...found, epochs });
  });
  const text = page(results);
  expect(text).toContain('### What mattered (%)\n\n| Key | random |');
  const shares = [...text.matchAll(/^\| `(training.lr|model.size)` \| ([\d.]+) \|$/gm)].map(([, key, share]) => [key, Number(share)]); // prettier-ignore
  expect(shares.map(([key]) => key)).toEqual(['training.lr', 'model.size']);
  expect(shares[0]![1]).toBeGreaterThan(80);
  expect(page(results.slice(0, 19))).not.toContain('What mattered');

  const drawn = await drawFigures(summarise(results, { references: new Map() }));
  expect(drawn.map(({ file }) => file)).toEqual(
    ['test-accuracy', 'search', 'importance', 'random-trials', 'random-slices'].map((name) => `figures/digits-${name}.png`), // prettier-ignore
  );
});

test('it says how it was made, and links the pages of runs', () => {
  const tags = {
    'glyphlab.cpu': 'A CPU × 2',
    'glyphlab.os': 'Linux 6 x64',
    'glyphlab.node': 'v20.20.2',
    'glyphlab.backend': 'tensorflow 2.21.0',
    'glyphlab.threads': '1',
    'mlflow.source.git.commit': '0123456789abcdef',
    'glyphlab.git.dirty': 'true',
  };
  const text = page([
    result(member('1', { group: 'a' }), withTest(0.9, { tags }), {
      runId: 'r1',
      url: 'https://mlflow.example.org/#/r1',
    }),
    result(member('2', { group: 'b' }), withTest(0.9, { tags }), { runId: 'r2', url: 'http://127.0.0.1:4711/#/r2' }),
  ]);
  expect(text).toContain('[`r1`](https://mlflow.example.org/#/r1)');
  expect(text).toContain('[`r2`](http://127.0.0.1:4711/#/r2)');
  expect(text).toContain(
    [
      '- Command: `npx x`',
      '- Machine: A CPU × 2',
      '- System: Linux 6 x64, Node v20.20.2',
      '- Backend: tensorflow 2.21.0, 1 thread(s) a run',
      '- Commit: `0123456789ab` with changes that are not committed',
      '- Figures from: the journals',
    ].join('\n'),
  );
});
