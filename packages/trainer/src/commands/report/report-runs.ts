import { relative, resolve } from 'node:path';
import { duration, imageSize, percent } from '@glyphlab/core';
import { calibrationBins, drawImageGrid } from '@glyphlab/evaluation';
import { localTime } from '@glyphlab/tracking/reader';
import { codeSections } from '../compare/code-section.ts';
import { curveSections, gatherSelected } from '../compare/compare-runs.ts';
import {
  configurationSection,
  dataSection,
  environmentSection,
  metricsSection,
  predictionsSection,
  seedsSection,
} from '../compare/differences.ts';
import type { Section } from '../compare/document.ts';
import type { GatheredRun } from '../compare/gather.ts';
import { formatBytes } from '../runs/disk-use.ts';
import { type Selection, withReader } from '../runs/select-runs.ts';
import { htmlPage } from './page.ts';
import { writeOutput } from '../../project/write-output.ts';

export interface ReportOptions extends Selection {
  html: string;
  title?: string;
  offline?: boolean;
}

/** The pictures of so many runs, the best on the validation images, are shown. */
const RUNS_WITH_MISTAKES = 3;
const MISTAKES = 32;

/**
 * Writes a page of runs or a set.
 *
 * @returns text to print
 */
export async function writeReport({ html, title, offline, ...selection }: ReportOptions): Promise<string> {
  const runs = await withReader(offline, (reader) => gatherSelected(reader, selection));
  const heading =
    title ?? (selection.runs.length === 1 && runs.length > 1 ? selection.runs[0]! : `${runs.length} run(s)`);
  const page = await htmlPage(heading, leadOf(runs), await reportSections(runs));
  await writeOutput(html, page, '--html');
  return `Wrote ${relative(process.cwd(), resolve(html))}, ${formatBytes(Buffer.byteLength(page))}\n`;
}

function leadOf(runs: readonly GatheredRun[]): string {
  const data = new Set(runs.flatMap(({ record }) => record.datasets.map(({ name }) => name)));
  return `${runs.length} run(s) on ${[...data].join(', ')}, from ${localTime(Math.min(...runs.map(({ record }) => record.startedMs)))} on. A click on a heading sorts; wheel or two fingers zoom a chart, a name below it picks a curve.`;
}

async function reportSections(runs: readonly GatheredRun[]): Promise<Section[]> {
  const seeds = seedsSection(runs);
  const comparison =
    runs.length < 2
      ? []
      : [
          ...(seeds ? [seeds] : []),
          predictionsSection(runs),
          configurationSection(runs),
          ...(await codeSections(runs)),
          dataSection(runs),
          environmentSection(runs),
        ];
  const calibration = calibrationSection(runs);
  return [
    resultsSection(runs),
    ...curveSections(runs),
    ...(calibration ? [calibration] : []),
    ...comparison,
    ...(runs.length === 1 ? [metricsOf(runs[0]!), configurationOf(runs[0]!)] : [metricsSection(runs)]),
    ...(await mistakeSections(runs)),
  ];
}

function resultsSection(runs: readonly GatheredRun[]): Section {
  const share = (value: number | undefined): string => (value === undefined ? '–' : percent(value));
  const figure = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(4));
  const rows = runs.map(({ run, title, metrics, bestEpoch, record }) => [
    title,
    record.status.toLowerCase(),
    share(metrics['test_accuracy']),
    figure(metrics['test_loss']),
    share(metrics['val/accuracy']),
    figure(metrics['val/loss']),
    `${bestEpoch} of ${run.epochs}`,
    Number.isFinite(run.seconds) ? duration(run.seconds) : '–',
    localTime(record.startedMs),
  ]);
  const heads = ['run', 'state', 'test accuracy', 'test loss', 'val. accuracy', 'val. loss', 'best epoch', 'training', 'started']; // prettier-ignore
  return { title: 'Results', table: { heads, rows } };
}

/** How often each run is right at each confidence, from its test predictions. */
function calibrationSection(runs: readonly GatheredRun[]): Section | undefined {
  const BINS = 10;
  const curves = runs.flatMap(({ title, predictions }) => {
    if (!predictions) return [];
    const { labels, predicted, confidence } = predictions;
    const bins = calibrationBins(labels, predicted, confidence, BINS).filter(({ count }) => count > 0);
    const points = bins.map((bin) => [bin.confidence, bin.accuracy] as const);
    return [{ name: title, points }];
  });
  if (curves.length === 0) return undefined;
  return {
    title: 'Calibration on the test images',
    notes: ['Above the dashed line a network is right more often than it says, below it less often.'],
    chart: { xTitle: 'Its probability', yTitle: 'Share that is right', isShare: true, withDiagonal: true, curves },
  };
}

function metricsOf({ metrics }: GatheredRun): Section {
  const rows = Object.entries(metrics).filter(([key]) => !key.startsWith('system/')).map(([key, value]) => [key, String(Number(value.toPrecision(5)))]); // prettier-ignore
  return { title: 'Metrics, of the best epoch', table: { heads: ['metric', 'value'], rows } };
}

const configurationOf = ({ record }: GatheredRun): Section => ({
  title: 'Configuration',
  table: { heads: ['key', 'value'], rows: Object.entries(record.params) },
});

/** The worst mistakes on the test images of those runs that are the best on the validation images. */
async function mistakeSections(runs: readonly GatheredRun[]): Promise<Section[]> {
  const shown = runs
    .filter(({ predictions }) => predictions)
    .sort((a, b) => (b.metrics['val/accuracy'] ?? 0) - (a.metrics['val/accuracy'] ?? 0))
    .slice(0, RUNS_WITH_MISTAKES);
  return Promise.all(
    shown.map(async ({ title, run, predictions }) => {
      const { mistakes, classNames, labels, predicted, confidence } = predictions!;
      const { indices, pixels, imageShape } = mistakes;
      const few = indices.slice(0, MISTAKES);
      const name = (k: number): string => classNames[k] ?? String(k);
      const alt = `Worst mistakes of ${title}`;
      const png = await drawImageGrid(
        { pixels: pixels.subarray(0, few.length * imageSize(imageShape)), imageShape },
        {
          title: alt,
          subtitle: `${few.length} of ${indices.length} among ${labels.length.toLocaleString('en')} test images: true → read, its probability`,
          captions: few.map((k) => `${name(labels[k]!)} → ${name(predicted[k]!)}\n${percent(confidence[k]!, 1)}`),
        },
      );
      return { title: alt, picture: { name: `mistakes-${run.uuid.slice(0, 8)}`, alt, png } };
    }),
  );
}
