import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { percent, textTable } from '@glyphlab/core';
import type { ModelCard } from '@glyphlab/saved-model';
import { zooFolder, zooNames } from '@glyphlab/zoo';

/** Of a normal distribution, for 95 %. */
const Z = 1.96;

/**
 * Between which a share lies with 95 % probability, when it was measured on `count` (Wilson 1927, "Probable inference, the law of
 * succession, and statistical inference").
 */
export function wilsonInterval(share: number, count: number): [low: number, high: number] {
  const weight = 1 / (1 + Z ** 2 / count);
  const centre = weight * (share + Z ** 2 / (2 * count));
  const half = weight * Z * Math.sqrt((share * (1 - share)) / count + (Z / (2 * count)) ** 2);
  return [centre - half, centre + half];
}

/** What each network of the zoo reads, and how well, as a table or as lines of JSON. */
export function listZoo(json: boolean): string {
  const models = zooNames().map((name) => {
    const folder = zooFolder(name)!;
    const { userDefinedMetadata: card } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
      userDefinedMetadata: ModelCard;
    };
    return { name, folder, card, bytes: statSync(join(folder, 'weights.bin')).size };
  });
  if (json) return models.map(({ name, folder, card }) => `${JSON.stringify({ ...card, name, folder })}\n`).join('');
  const rows = models.map(({ name, card: { classNames, imageShape, dataset, origin }, bytes }) => {
    const { accuracy } = origin?.test ?? {};
    const interval = accuracy === undefined ? [] : wilsonInterval(accuracy, origin!.images.test);
    return [
      name,
      String(classNames.length),
      imageShape.join(' × '),
      origin?.dataset ?? dataset,
      accuracy === undefined ? 'not measured' : percent(accuracy),
      interval.map((end) => percent(end)).join(' to '),
      `${(bytes / 1e6).toFixed(1)} MB`,
    ];
  });
  const head = ['Name', 'Classes', 'Images', 'Trained on', 'Test accuracy', '95 % interval', 'Weights'];
  return textTable([head, ...rows], new Set([1]))
    .map((line) => `${line}\n`)
    .join('');
}
