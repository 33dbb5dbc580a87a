import { mapParallel } from '@glyphlab/core/map-parallel';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../../dataset.ts';
import { AT_ONCE } from '../files.ts';

/** Writes a dataset as PNG pictures: train/CLASS/NUMBER.png, val and test likewise; the numbers tell the order. */
export async function writeImageFolder(dataset: Dataset, directory: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  const [height, width, channels] = dataset.imageShape;
  const length = height * width * channels;
  for (const part of ['train', 'val', 'test'] as const) {
    const { images, labels, size } = dataset[part];
    for (const name of dataset.classNames) await mkdir(join(directory, part, name), { recursive: true });
    const rows = Array.from({ length: size }, (_, row) => row);
    await mapParallel(
      rows,
      async (row) => {
        const raw = { height, width, channels: channels as 1 | 3 };
        const file = join(directory, part, dataset.classNames[labels[row]!]!, `${String(row).padStart(5, '0')}.png`);
        const picture = sharp(images.subarray(row * length, (row + 1) * length), { raw });
        await picture.toColourspace(channels === 1 ? 'b-w' : 'srgb').toFile(file);
      },
      AT_ONCE,
    );
  }
}
