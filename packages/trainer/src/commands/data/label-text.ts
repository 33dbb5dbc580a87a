import { percent, textTable } from '@glyphlab/core';
import { type Dataset, nameOfImage, pixelsOf, type Place } from '@glyphlab/data';
import { drawableNames, drawImageGrid } from '@glyphlab/evaluation';
import { escape, image, page } from '../../report/html.ts';

/** An image whose label is probably wrong; class numbers, and their probabilities 0–1. */
export interface SuspectLabel {
  place: Place;
  label: number;
  suggested: number;
  labelProbability: number;
  suggestedProbability: number;
  /** Whether it is, where that is known. */
  isWrong?: boolean;
}

export interface LabelReport {
  /** That were judged. */
  images: number;
  folds: number;
  foldsWithRun: number;
  runs: number;
  /** The surest first. */
  suspects: SuspectLabel[];
  /** Estimated count of images with the label of the row that are of the class of the column. */
  joint: number[][];
  /** Labels that are wrong on purpose, where there are such (`dataset.labelNoise`). */
  wrongOnPurpose: number | undefined;
}

/** Longer lists tell no more; the page and the JSON have all. */
const LISTED = 40;
/** Pictures on the page. */
const SHOWN = 96;

const count = (n: number): string => n.toLocaleString('en');

/** Precision and recall of the list, 0–1, where it is known which labels are wrong. */
function scoresOf({ suspects, wrongOnPurpose }: LabelReport): { precision: number; recall: number } | undefined {
  if (wrongOnPurpose === undefined) return undefined;
  const right = suspects.filter(({ isWrong }) => isWrong).length;
  return { precision: right / Math.max(1, suspects.length), recall: right / wrongOnPurpose };
}

/** What was judged, and how much of it looks wrong. */
function headlines(report: LabelReport): string[] {
  const { images, folds, foldsWithRun, suspects, wrongOnPurpose, runs } = report;
  const scores = scoresOf(report);
  const missing = folds - foldsWithRun;
  return [
    `${count(suspects.length)} of ${count(images)} labels are probably wrong (${percent(suspects.length / images)}), the most certain first.`,
    `Each image was read by ${runs > folds ? 'networks that were' : 'a network that was'} not trained on it: ${foldsWithRun} of ${folds} folds, ${runs} runs.`,
    ...(missing > 0
      ? [`Not judged: the images of ${missing} ${missing === 1 ? 'fold' : 'folds'} without a finished run.`]
      : []),
    ...(scores
      ? [
          `${count(wrongOnPurpose!)} labels are wrong on purpose: precision ${percent(scores.precision)}, recall ${percent(scores.recall)}.`,
        ]
      : []),
  ];
}

/** The report for a person. */
export function labelsAsText(report: LabelReport, dataset: Dataset): string {
  const { suspects } = report;
  const { classNames } = dataset;
  const rows = suspects
    .slice(0, LISTED)
    .map(({ place, label, suggested, labelProbability, suggestedProbability }) => [
      nameOfImage(dataset, place),
      `${classNames[label]} (${percent(labelProbability, 1)})`,
      `${classNames[suggested]} (${percent(suggestedProbability, 1)})`,
    ]);
  const more = suspects.length > LISTED ? [`… and ${count(suspects.length - LISTED)} more: see --html and --json`] : [];
  const table = rows.length > 0 ? [textTable([['image', 'label', 'reads as'], ...rows], new Set()).join('\n')] : [];
  return [`${dataset.name}\n${headlines(report).join('\n')}`, ...table, ...more].join('\n\n') + '\n';
}

/** All of it, with the images' names. */
export function labelsAsJson(report: LabelReport, dataset: Dataset): string {
  const { suspects, ...rest } = report;
  const named = suspects.map(({ label, suggested, ...suspect }) => ({
    image: nameOfImage(dataset, suspect.place),
    ...suspect,
    label: dataset.classNames[label],
    suggested: dataset.classNames[suggested],
  }));
  return JSON.stringify({ ...rest, ...scoresOf(report), classNames: dataset.classNames, labelErrors: named });
}

/** The same as one page that needs nothing else, with pictures. */
export async function labelsPage(report: LabelReport, dataset: Dataset): Promise<string> {
  const { suspects } = report;
  const { classNames, imageShape } = dataset;
  const names = drawableNames(classNames);
  const shown = suspects.slice(0, SHOWN);
  const title = 'Label → what the network reads';
  const png =
    shown.length > 0 &&
    (await drawImageGrid(
      {
        pixels: Buffer.concat(shown.map(({ place: { part, row } }) => pixelsOf(dataset[part], [row]))),
        imageShape,
      },
      {
        title,
        captions: shown.map(
          ({ place, label, suggested }) => `${names[label]} → ${names[suggested]}\n${place.part} ${place.row}`,
        ),
      },
    ));
  const rows = suspects.map(
    ({ place, label, suggested, labelProbability, suggestedProbability }) =>
      `<tr><th>${escape(nameOfImage(dataset, place))}<td>${escape(classNames[label]!)}<td>${percent(labelProbability, 1)}<td>${escape(classNames[suggested]!)}<td>${percent(suggestedProbability, 1)}`,
  );
  const body = `${png ? image(png, title) : ''}
<table class="text"><tr><th>image<th>label<th>its probability<th>reads as<th>its probability
${rows.join('\n')}
</table>`;
  return page(`Labels of ${dataset.name}`, headlines(report), body);
}
