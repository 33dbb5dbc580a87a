import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ExperimentConfig, loadExperiment } from '@glyphlab/config';
import { describeError, InputError } from '@glyphlab/core';
import { ExitCode } from '@glyphlab/core/command-line';
import type { Predictions } from '@glyphlab/core';
import { type Dataset, foldPlaces, holdOutFold, type Place } from '@glyphlab/data';
import { decodeProbabilities, findLabelErrors, OUT_OF_FOLD_FILE } from '@glyphlab/evaluation';
import type { FoundRun, RunReader } from '@glyphlab/tracking/reader';
import { loadProject, type Project } from '../../project/project.ts';
import { terminal } from '../../project/terminal.ts';
import { datasetRecord } from '../../report/dataset-record.ts';
import { loadData } from '../../run/load-data.ts';
import { selectRuns, titleOf, withReader } from '../runs/select-runs.ts';
import type { LabelReport, SuspectLabel } from './label-text.ts';
import { writeOutput } from '../../project/write-output.ts';

interface LabelErrorOptions {
  /** Runs of a cross-validation, or sets. */
  labelErrors: string[];
  html?: string;
  json?: boolean;
}

/** A run that was measured on a fold. */
interface FoldRun {
  run: FoundRun;
  config: ExperimentConfig;
  fold: NonNullable<ExperimentConfig['dataset']['fold']>;
  predictions: Predictions;
}

/** Lists the labels that are probably wrong, by what the runs of a cross-validation said of the images they had not learnt from. */
export function tellLabelErrors({ labelErrors, html, json }: LabelErrorOptions): Promise<ExitCode> {
  return withReader(false, async (reader) => {
    const named = await selectRuns(reader, { runs: labelErrors });
    const project = await loadProject(named[0]!.directory ?? process.cwd(), process.cwd());
    const runs = ofOneDataset((await Promise.all(named.map((run) => readFoldRun(reader, run, project)))).flat());
    const { config, fold } = runs[0]!;
    const { fold: _, extra: _extra, ...options } = config.dataset;
    const load = (dataset: ExperimentConfig['dataset']): Promise<Dataset> =>
      loadData({ dataset, seed: config.seed }, project.kinds, new AbortController().signal, { tell: false });
    const dataset = await load(options);
    const folds = foldPlaces(dataset, fold.of, config.seed);
    await requireSameImages(reader, runs, dataset, config.seed);
    const { places, predictions } = joined(runs, folds);
    const truth = options['labelNoise'] === undefined ? undefined : await load({ ...options, labelNoise: undefined });
    const report = reportOf(predictions, places, { dataset, truth, folds: fold.of, runs });
    terminal.clear();
    const { labelsAsJson, labelsAsText, labelsPage } = await import('./label-text.ts');
    process.stdout.write(json ? `${labelsAsJson(report, dataset)}\n` : labelsAsText(report, dataset));
    if (html !== undefined) {
      await writeOutput(html, await labelsPage(report, dataset), '--html');
      terminal.onMessage(`The page: ${resolve(html)}`);
    }
    return ExitCode.done;
  });
}

/** @returns none of a run that is no part of a cross-validation or has not finished, which is told */
async function readFoldRun(reader: RunReader, run: FoundRun, project: Project): Promise<FoldRun[]> {
  const [yaml, stored] = await Promise.all([
    reader.artifact(run, 'config.yaml'),
    reader.artifact(run, OUT_OF_FOLD_FILE),
  ]);
  if (!yaml || !stored) {
    terminal.onMessage(`${titleOf(run)} (${run.status.toLowerCase()}) has no out-of-fold predictions.`);
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'glyphlab-config-'));
  try {
    writeFileSync(join(folder, 'config.yaml'), yaml);
    const config = loadExperiment(join(folder, 'config.yaml'), { registry: project.kinds });
    return [{ run, config, fold: config.dataset.fold!, predictions: decodeProbabilities(stored) }];
  } catch (error) {
    terminal.onMessage(`${titleOf(run)} is left out. ${describeError(error)}`);
    return [];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Those of the first run's images and folds. */
function ofOneDataset(runs: readonly FoldRun[]): FoldRun[] {
  const [first] = runs;
  if (!first)
    throw new InputError('LABELS_NO_FOLDS', 'None of these runs has out-of-fold predictions.', {
      where: '--label-errors',
      hint: 'Write folds: 5 into the file of a set, train it (npx glyphlab experiment --file FILE), and name that file here.',
    });
  const imagesOf = ({ config, fold }: FoldRun): string =>
    JSON.stringify({ ...config.dataset, sampling: undefined, fold: fold.of, seed: config.seed });
  const same = runs.filter((run) => imagesOf(run) === imagesOf(first));
  if (same.length < runs.length)
    terminal.onMessage(
      `${runs.length - same.length} runs of other seeds or data are left out; name their runs to see what they say.`,
    );
  return same;
}

/** @throws InputError if the images of a fold are no longer those that its run was measured on */
async function requireSameImages(
  reader: RunReader,
  runs: readonly FoldRun[],
  dataset: Dataset,
  seed: number,
): Promise<void> {
  for (const { run, fold } of runs) {
    const { datasets } = await reader.record(run);
    const logged = datasets.findLast(({ context }) => context === 'test')?.digest;
    if (logged === undefined || logged === datasetRecord(holdOutFold(dataset, fold, seed), 'test').digest) continue;
    throw new InputError('LABELS_DATA_DIFFER', `${titleOf(run)} was measured on other images than there are now.`, {
      where: dataset.source,
      hint: 'Undo what was added, changed or removed since, or train the set again.',
    });
  }
}

/** The images of all folds that have a run, with the mean of what their runs say. */
function joined(runs: readonly FoldRun[], folds: readonly Place[][]): { places: Place[]; predictions: Predictions } {
  const places: Place[] = [];
  const [labels, probabilities]: [number[], Float32Array[]] = [[], []];
  folds.forEach((held, k) => {
    const ofFold = runs.filter(({ fold }) => fold.held === k + 1).map(({ predictions }) => predictions);
    if (ofFold.length === 0) return;
    places.push(...held);
    labels.push(...ofFold[0]!.labels);
    const mean = ofFold[0]!.probabilities.map((_, at) =>
      ofFold.reduce((sum, { probabilities }) => sum + probabilities[at]! / ofFold.length, 0),
    );
    probabilities.push(mean);
  });
  const all = new Float32Array(probabilities.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const part of probabilities) {
    all.set(part, from);
    from += part.length;
  }
  const { classNames } = runs[0]!.predictions;
  return { places, predictions: { labels: Int32Array.from(labels), probabilities: all, classNames } };
}

interface Context {
  dataset: Dataset;
  /** With its right labels, where they are wrong on purpose. */
  truth: Dataset | undefined;
  folds: number;
  runs: readonly FoldRun[];
}

function reportOf(
  predictions: Predictions,
  places: readonly Place[],
  { dataset, truth, folds, runs }: Context,
): LabelReport {
  const { found, joint } = findLabelErrors(predictions);
  const numClasses = dataset.classNames.length;
  const probability = (index: number, k: number): number => predictions.probabilities[index * numClasses + k]!;
  const labelIn = (data: Dataset, { part, row }: Place): number => data[part].labels[row]!;
  const suspects = found.map(({ index, label, suggested }): SuspectLabel => {
    const place = places[index]!;
    return {
      place,
      label,
      suggested,
      labelProbability: probability(index, label),
      suggestedProbability: probability(index, suggested),
      ...(truth && { isWrong: labelIn(truth, place) !== label }),
    };
  });
  const wrong = truth && places.filter((place) => labelIn(truth, place) !== labelIn(dataset, place)).length;
  return {
    images: places.length,
    folds,
    foldsWithRun: new Set(runs.map(({ fold }) => fold.held)).size,
    runs: runs.length,
    suspects,
    joint,
    wrongOnPurpose: wrong,
  };
}
