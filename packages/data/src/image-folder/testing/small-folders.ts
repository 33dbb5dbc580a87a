import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import sharp, { type Sharp } from 'sharp';
import { type Dataset } from '../../dataset.ts';
import { loadDataset } from '../../load-dataset.ts';

export type Colour = readonly [r: number, g: number, b: number];
export const RED: Colour = [200, 10, 20];
export const GREEN: Colour = [30, 180, 60];
export const plain = ([r, g, b]: Colour, width = 6, height = 4) =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } });

/** Writes files, by their paths, into a folder of its own. */
export async function folderOf(files: Record<string, Sharp | Buffer | string>, folder = temporaryDirectory()) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(path, content);
    else await content.toFile(path);
  }
  return folder;
}

/** `count` pictures of each colour: class-1/0.png, class-2/0.png, … */
export const classes = (count: number, colours: readonly Colour[] = [RED, GREEN], under = '') =>
  Object.fromEntries(
    colours.flatMap((colour, k) =>
      Array.from({ length: count }, (_, i) => [`${under}class-${k + 1}/${i}.png`, plain(colour)] as const),
    ),
  );

export const load = (directory: string, options: object = {}, cacheDir = temporaryDirectory()): Promise<Dataset> =>
  loadDataset({ type: 'image-folder', directory, ...options }, { seed: 1, cacheDir, env: {} });

export const faultOf = (loading: Promise<unknown>): Promise<unknown> =>
  loading.then(
    () => undefined,
    (fault: unknown) => fault,
  );
