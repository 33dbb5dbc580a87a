import { imageSize } from '@glyphlab/core';
import { drawImageGrid } from '@glyphlab/evaluation';
import { haveSameImages } from './differences.ts';
import type { Section } from './document.ts';
import type { GatheredRun } from './gather.ts';

const MAX_PICTURES = 48;
const MAX_ROWS = 12;

/** Test images that the first of two runs reads right and the second wrong, and the other way round; the surest errors first. */
export async function disagreementSections(runs: readonly GatheredRun[]): Promise<Section[]> {
  const [first, second] = runs;
  if (runs.length !== 2 || !haveSameImages(first!, second!)) return [];
  return (await Promise.all([oneSided(first!, second!), oneSided(second!, first!)])).flatMap((found) => found ?? []);
}

/** The pictures stand among the mistakes of the run that errs. */
async function oneSided(right: GatheredRun, wrong: GatheredRun): Promise<Section | undefined> {
  const [good, bad] = [right.predictions!, wrong.predictions!];
  const { indices, pixels, imageShape } = bad.mistakes;
  const positions = [...indices.keys()].filter((k) => good.predicted[indices[k]!] === good.labels[indices[k]!]);
  if (positions.length === 0) return undefined;
  const name = (k: number): string => bad.classNames[k] ?? String(k);
  const captionOf = (index: number): string => `${name(bad.labels[index]!)} → ${name(bad.predicted[index]!)}`;
  const shown = positions.slice(0, MAX_PICTURES);
  const length = imageSize(imageShape);
  const title = `Right in ${right.title}, wrong in ${wrong.title}`;
  const png = await drawImageGrid(
    { pixels: Buffer.concat(shown.map((k) => pixels.subarray(k * length, (k + 1) * length))), imageShape },
    {
      title,
      subtitle: `${shown.length} of ${positions.length}: true class → what was read`,
      captions: shown.map((k) => captionOf(indices[k]!)),
    },
  );
  const rows = positions.slice(0, MAX_ROWS).map((k) => {
    const index = indices[k]!;
    return [`#${index}`, captionOf(index), `${(100 * bad.confidence[index]!).toFixed(1)} %`];
  });
  const more = positions.length > MAX_ROWS ? `; the first ${MAX_ROWS} of them` : '';
  return {
    title,
    notes: [`${positions.length} test images${more}.`],
    table: { heads: ['image', 'true → read', 'its probability'], rows },
    picture: { name: `wrong-in-${wrong.run.uuid.slice(0, 8)}`, alt: title, png },
  };
}
