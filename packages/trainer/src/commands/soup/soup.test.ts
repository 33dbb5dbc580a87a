import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openModel } from '../../project/saved-model.ts';
import { cli, digitsRun, runInScratch, scratch } from '../../testing/index.ts';
import type { SoupResult } from './soup.ts';

const config = new URL('../../../../../configs/quickstart.yaml', import.meta.url).pathname;
// As those of the run that the others start from, so that they are one architecture.
const easy = ['dataset.limit=1000', 'augmentation=[]', 'model.dropout=0.2', 'training.epochs=2'];

let base: string;
let tuned: string[];
/** Has learnt the same digits from another beginning. */
let stranger: string;

beforeAll(async () => {
  base = join((await digitsRun()).run, 'model');
  const run = async (...set: string[]): Promise<string> => {
    const { exitCode, stderr, run } = await runInScratch(['--config', config, ...easy, ...set]);
    expect(exitCode, stderr).toBe(0);
    return join(run, 'model');
  };
  tuned = [
    await run(`model.from=${base}`, 'training.optimizer.learningRate=0.02'),
    await run(`model.from=${base}`, 'training.batchSize=16'),
  ];
  stranger = await run('seed=2', 'training.epochs=4');
}, 300_000);

const soup = (out: string, models: readonly string[], ...more: string[]) =>
  cli(['soup', '--config', config, '--out', out, '--model', ...models, ...more]);

test('a soup of runs from one beginning is a model whose weights are the mean', async () => {
  const out = join(scratch(), 'soup');
  const { exitCode, stdout, stderr } = await soup(out, tuned, '--json');
  expect(exitCode, stderr).toBe(0);
  const result = JSON.parse(stdout) as SoupResult;
  expect(result.ingredients).toEqual(tuned);
  expect(result.soup.accuracy).toBeGreaterThan(0.85);
  expect(stderr).not.toContain('SOUP');
  const kernel = async (name: string): Promise<number[]> => [
    ...(await openModel(name)).network.trainable.at(-2)!.dataSync(),
  ];
  const [first, second, mixed] = [await kernel(tuned[0]!), await kernel(tuned[1]!), await kernel(out)];
  expect(first).not.toEqual(second);
  mixed.forEach((value, k) => expect(value).toBeCloseTo((first[k]! + second[k]!) / 2, 6));

  const evaluated = await cli(['evaluate', '--model', out, '--dataset', 'mnist-10k', '--json']);
  expect((JSON.parse(evaluated.stdout) as { accuracy: number }).accuracy).toBeGreaterThan(0.85);
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toMatch(/mean of the weights of 2 network[^]*seed 1/);
  // What is there stays.
  expect((await soup(out, tuned)).stderr).toContain('EXPORT_OUT_NOT_EMPTY');
}, 120_000);

test('without a common beginning the mean is worse, which is said; a greedy soup then takes one alone', async () => {
  const models = [base, stranger];
  const out = join(scratch(), 'soup');
  const { exitCode, stderr, stdout } = await soup(out, models);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/validation images[^]*soup of 2/);
  expect(stderr).toMatch(/Warning: The soup is worse than its best member[^]*do not share a beginning[^]*--greedy/);
  expect(stderr).toMatch(/trained with seed 2, the configuration has seed 1/);

  const greedy = await soup(join(scratch(), 'greedy'), models, '--greedy', '--json');
  const { ingredients, members, soup: reached } = JSON.parse(greedy.stdout) as SoupResult;
  expect(ingredients).toHaveLength(1);
  expect(reached.accuracy).toBe(Math.max(...members.map(({ accuracy }) => accuracy)));
  expect(greedy.stderr).not.toContain('The soup is worse');
}, 120_000);

test('what has no mean of weights is refused before anything is computed or written', async () => {
  const out = join(scratch(), 'soup');
  const both = join(scratch(), 'both');
  await cli(['export', '--format', 'tfjs', '--out', both, '--model', ...tuned]);
  const other = await runInScratch(['--config', config, ...easy, 'training.epochs=1', 'model={ type: cnn, filters: [8] }']); // prettier-ignore
  const refused: [models: string[], message: RegExp][] = [
    [[base, join(other.run, 'model')], /SOUP_OTHER_LAYERS\] --model[^]*do not share an architecture: layer 1 with weights is Conv2D with weights \[3, 3, 1, \d+\][^]*\[3, 3, 1, 8\][^]*export --model/], // prettier-ignore
    [[base, both], /SOUP_OF_ENSEMBLE/],
    [['letters', 'letters'], /SOUP_OTHER_DATA\] --config/],
    [[base], /SOUP_ONE_MODEL/],
    [[base, 'letters'], /MODELS_DO_NOT_MATCH/],
  ];
  for (const [models, message] of refused) {
    const { exitCode, stderr } = await soup(out, models);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  }
  expect(existsSync(out)).toBe(false);
}, 120_000);
