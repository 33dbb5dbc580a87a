import { basename, dirname, join, relative, resolve } from 'node:path';
import { InputError } from '@glyphlab/core';
import { drawGroupCurves } from '@glyphlab/evaluation';
import type { RunReader } from '@glyphlab/tracking/reader';
import { htmlPage } from '../report/page.ts';
import { plot } from '../runs/plot.ts';
import { selectRuns, type Selection, withReader } from '../runs/select-runs.ts';
import { codeSections } from './code-section.ts';
import {
  configurationSection,
  dataSection,
  environmentSection,
  metricsSection,
  predictionsSection,
  seedsSection,
} from './differences.ts';
import { disagreementSections } from './disagreements.ts';
import { type Curve, type Section, toMarkdown, toText } from './document.ts';
import { gather, type GatheredRun } from './gather.ts';
import { writeOutput } from '../../project/write-output.ts';

export interface CompareOptions extends Selection {
  /** Print markdown, or write it, with pictures beside it, to this file. */
  md?: string | true;
  /** Write a page to this file. */
  html?: string;
  /** Print diffs whole. */
  code?: boolean;
  offline?: boolean;
}

/**
 * Compares runs: only what differs.
 *
 * @returns text to print
 * @throws InputError if there are fewer than two
 */
export async function compareRuns({ md, html, code, offline, ...selection }: CompareOptions): Promise<string> {
  const runs = await withReader(offline, (reader) => gatherSelected(reader, selection));
  if (runs.length < 2)
    throw new InputError('COMPARE_TOO_FEW', `A comparison takes two runs or more. Received: ${runs.length}.`, {
      hint: 'For example: npx glyphlab compare 0b54 91fe, or the name of a set.',
    });
  const sections = await compareSections(runs);
  const heading = runs.length === 2 ? runs.map(({ title }) => title).join(' and ') : `${runs.length} runs`;
  const told: string[] = [];
  if (html !== undefined) {
    await writeOutput(html, await htmlPage(`Comparison of ${heading}`, 'Only what differs.', sections), '--html');
    told.push(`Wrote ${relative(process.cwd(), resolve(html))}\n`);
  }
  if (typeof md === 'string') told.push(await writeMarkdown(md, heading, sections, runs));
  if (md === true) return told.join('') + toMarkdown(`Comparison of ${heading}`, sections, () => undefined);
  return told.length > 0 ? told.join('') : toText(sections, { plotOf, withCode: code ?? false });
}

export const gatherSelected = async (reader: RunReader, selection: Selection): Promise<GatheredRun[]> =>
  gather(reader, await selectRuns(reader, selection));

/** All parts of a comparison. */
async function compareSections(runs: readonly GatheredRun[]): Promise<Section[]> {
  const seeds = seedsSection(runs);
  return [
    configurationSection(runs),
    ...(await codeSections(runs)),
    dataSection(runs),
    environmentSection(runs),
    metricsSection(runs),
    ...(seeds ? [seeds] : []),
    predictionsSection(runs),
    ...curveSections(runs),
    ...(await disagreementSections(runs)),
  ];
}

/** Curves of all runs in one chart: of validation accuracy and loss. */
export function curveSections(runs: readonly GatheredRun[]): Section[] {
  return [
    { title: 'Validation accuracy', key: 'val/accuracy', isShare: true },
    { title: 'Validation loss', key: 'val/loss', isShare: false },
    { title: 'Training loss', key: 'train/loss', isShare: false },
  ].flatMap(({ title, key, isShare }) => {
    const curves = runs.map(({ title: name, record }): Curve => {
      const points = [...record.epochs].map(([epoch, metrics]) => [epoch, metrics[key] ?? NaN] as const);
      return { name, points: points.sort(([a], [b]) => a - b) };
    });
    if (!curves.some(({ points }) => points.some(([, value]) => Number.isFinite(value)))) return [];
    return [{ title, chart: { yTitle: title, isShare, curves } }];
  });
}

/** Curves in a terminal, each with its letter. */
function plotOf({ curves }: NonNullable<Section['chart']>): string[] {
  const plotted = curves.map(({ name, points }, k) => {
    const values: number[] = [];
    for (const [epoch, value] of points) values[epoch - 1] = value;
    return { name, sign: SIGNS[k % SIGNS.length]!, values: Array.from(values, (value) => value ?? NaN) };
  });
  return plot('', plotted, { width: Math.min(100, process.stdout.columns || 80) - 3 }).slice(1);
}

const SIGNS = 'abcdefghijklmnopqrstuvwxyz';

async function writeMarkdown(
  file: string,
  heading: string,
  sections: readonly Section[],
  runs: readonly GatheredRun[],
): Promise<string> {
  const folder = dirname(resolve(file));
  const stem = basename(file).replace(/\.\w+$/, '');
  const history = (run: GatheredRun) => [...run.record.epochs].map(([epoch, metrics]) => ({ epoch, metrics }));
  const groups = runs.map((run) => ({ name: run.title, runs: [{ history: history(run), score: NaN }] }));
  const curves = { name: 'curves', alt: 'Validation accuracy over the epochs', png: await drawGroupCurves(groups) };
  const drawn = sections.map((section) =>
    section.title === 'Validation accuracy' ? { ...section, picture: curves } : section,
  );
  for (const { picture } of drawn)
    if (picture) await writeOutput(join(folder, `${stem}-${picture.name}.png`), picture.png, '--md');
  const shown = drawn.filter(({ chart, picture }) => !chart || picture);
  const text = toMarkdown(`Comparison of ${heading}`, shown, (name) => `${stem}-${name}.png`);
  await writeOutput(file, text, '--md');
  return `Wrote ${relative(process.cwd(), resolve(file))}\n`;
}
