import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadExperiment, type TypedOptions } from '@glyphlab/config';
import { InputError, percent, nearest } from '@glyphlab/core';
import { type Dataset, loadTestFolder } from '@glyphlab/data';
import { type Evaluation, evaluatePredictions } from '@glyphlab/evaluation';
import { selectBackend } from '@glyphlab/nn';
import type { ModelCard } from '@glyphlab/saved-model';
import { loadProject } from '../../project/project.ts';
import { drawEach, evaluationFigures, perClassTable } from '../../report/evaluation-report.ts';
import { openModel } from '../../project/saved-model.ts';
import { terminal } from '../../project/terminal.ts';
import { evaluateNetwork, type TestResult } from '../../run/evaluate-on-test.ts';
import { loadData } from '../../run/load-data.ts';
import { writeOutput } from '../../project/write-output.ts';

/**
 * Loads a model and measures it on the test part of a dataset, whose classes and image shape must be the model's. Of several models
 * the probabilities are averaged (Lakshminarayanan et al. 2017, "Deep Ensembles", §2.4).
 */
export async function evaluateModel(options: {
  model: readonly string[];
  dataset: string;
  batchSize: string;
  skipUnreadable?: boolean;
  out?: string;
}): Promise<Evaluation> {
  const batchSize = Number(options.batchSize);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new InputError('BAD_BATCH_SIZE', `Expected a whole number of at least 1. Received: ${options.batchSize}.`, {
      where: '--batch-size',
    });
  }
  const load = await findTestImages(options.dataset, options);
  await selectBackend({ backend: 'auto', threads: 'auto', towers: 1, ...terminal });
  const members = [];
  for (const model of options.model) members.push(await openModel(model));
  const images = await load(members[0]!.card);
  for (const { card } of members) requireFit(card, images);
  for (const note of images.notes) terminal.onMessage(`Note: ${note}`);
  const results = [];
  for (const { network } of members) results.push(await evaluateNetwork(network, images, { batchSize }));
  const { predictions: _predictions, ...result } = results.length === 1 ? results[0]! : ensemble(results);
  if (options.out !== undefined) await writeEvaluation(resolve(options.out), result, images);
  return result;
}

/** What the mean of the probabilities says of each image, measured. */
function ensemble(results: readonly TestResult[]): TestResult {
  const [{ predictions: first }] = results as [TestResult];
  const probabilities = new Float32Array(first.probabilities.length);
  for (const { predictions } of results)
    predictions.probabilities.forEach((p, k) => (probabilities[k]! += p / results.length));
  const predictions = { ...first, probabilities };
  return { ...evaluatePredictions(predictions), others: {}, predictions };
}

/** What a run keeps of its test, in a folder: `figures/*.png`, `tables/per_class.json`, `metrics.json`. */
async function writeEvaluation(
  folder: string,
  evaluation: Evaluation,
  { test, imageShape }: TestImages,
): Promise<void> {
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  await writeOutput(join(folder, 'metrics.json'), json(evaluation), '--out');
  await writeOutput(join(folder, 'tables', 'per_class.json'), json(perClassTable(evaluation)), '--out');
  const figures = evaluationFigures(evaluation, test, imageShape);
  await drawEach(figures, (png, name) => writeOutput(join(folder, 'figures', `${name}.png`), png, '--out'));
  terminal.onMessage(`Figures and tables: ${folder}`);
}

/** The metrics as a person reads them, two lines. */
export const describeEvaluation = ({ accuracy, loss, macro, calibration, count }: Evaluation): string =>
  `Test accuracy ${percent(accuracy)} of ${count.toLocaleString('en')} images\n` +
  `Loss ${loss.toFixed(4)}, macro F1 ${percent(macro.f1)}, expected calibration error ${percent(calibration.expectedCalibrationError)}`;

/** Accents may be written as characters of their own, as macOS does. */
const alike = (name: string): string => name.normalize('NFC');

function requireFit({ imageShape, classNames, dataset }: ModelCard, images: TestImages): void {
  const sameShape = images.imageShape.join() === imageShape.join();
  if (sameShape && images.classNames.map(alike).join('\n') === classNames.map(alike).join('\n')) return;
  const [theirs, ours] = [images.classNames.map(alike), classNames.map(alike)];
  const strange = theirs.filter((name) => !ours.includes(name));
  const absent = ours.filter((name) => !theirs.includes(name));
  const sizes = `The model takes images [${imageShape}] and knows ${classNames.length} classes; ${images.name} has images [${images.imageShape}] and ${images.classNames.length} classes`;
  const list = (names: readonly string[]) => names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
  const names =
    (strange.length > 0 ? `, of which the model does not know ${list(strange)}` : '') +
    (absent.length > 0 ? `; ${images.name} lacks ${list(absent)}` : '');
  throw new InputError('MODEL_DOES_NOT_FIT', `${sizes}${names}.`, {
    where: '--dataset',
    hint: `It was trained on ${dataset}, with the classes ${list(classNames)}.`,
  });
}

/** What a model is measured on. */
type TestImages = Pick<Dataset, 'name' | 'classNames' | 'imageShape' | 'test' | 'notes'>;

/**
 * Finds what `--dataset` names, and loads it when the model is known.
 *
 * @param dataset a dataset's name; a folder of pictures, one folder a class; or a configuration file, for its test part
 * @param skipUnreadable whether pictures of a folder that cannot be read are left out
 * @returns loads the images; those of a folder as the model takes them
 * @throws InputError if there is nothing of that name
 */
async function findTestImages(
  dataset: string,
  { skipUnreadable = false } = {},
): Promise<(card: ModelCard) => Promise<TestImages>> {
  const { onProgress } = terminal;
  const found = statSync(dataset, { throwIfNoEntry: false });
  const { kinds } = await loadProject(...(found?.isFile() ? [dirname(resolve(dataset))] : []), process.cwd());
  const { datasets } = kinds;
  // A name is enough for what needs no options.
  const known = datasets.filter(({ options }) => options.safeParse({}).success).map(({ type }) => type);
  const load = (options: TypedOptions, seed: number) => () =>
    loadData({ dataset: options, seed }, kinds, new AbortController().signal, { tell: false });
  if (known.includes(dataset)) {
    const { options } = datasets.find(({ type }) => type === dataset)!;
    return load({ type: dataset, ...options.parse({}) }, 1);
  }
  if (found?.isDirectory())
    return ({ imageShape, pictures: prepare }) =>
      loadTestFolder(dataset, imageShape, { onProgress, unreadable: skipUnreadable ? 'skip' : 'refuse', prepare });
  if (found) {
    const { dataset: options, seed } = loadExperiment(dataset, { registry: kinds });
    return load(options, seed);
  }
  const close = nearest(dataset, known);
  const needsOptions = datasets.some(({ type }) => type === dataset);
  const hint = needsOptions
    ? 'Name its folder, or a configuration file that has its options.'
    : close && `Did you mean "${close}"?`;
  throw new InputError(
    'UNKNOWN_DATASET',
    `There is no dataset "${dataset}", and no folder or configuration file either. Known: ${known.join(', ')}.`,
    { where: '--dataset', ...(hint && { hint }) },
  );
}
