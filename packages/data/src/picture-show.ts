import type { OverlayOptions } from 'sharp';
import { decoded, openPicture } from './picture-file.ts';
import type { Picture } from './picture.ts';

const SIDE = 280;
const GAP = 10;

/**
 * What the network saw, as PNG: a row a picture, at the left the picture with the part that was read in a frame, at the
 * right the network's input, enlarged.
 *
 * @param shown pictures with the path or bytes they were read from
 */
export async function showPictures(
  shown: readonly { source: string | Uint8Array; picture: Picture }[],
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const rows = await Promise.all(
    shown.map(async ({ source, picture }, row): Promise<OverlayOptions[]> => {
      const top = GAP + row * (SIDE + GAP);
      const [height, width, channels] = picture.imageShape;
      const input = await sharp(picture.pixels, { raw: { width, height, channels: channels as 1 | 3 } })
        .resize(SIDE, SIDE, { kernel: 'nearest', fit: 'contain', background: '#888' })
        .png()
        .toBuffer();
      return [
        { input: await framed(source, picture), left: GAP, top },
        { input, left: SIDE + 2 * GAP, top },
      ];
    }),
  );
  const canvas = { width: 2 * SIDE + 3 * GAP, height: rows.length * (SIDE + GAP) + GAP, channels: 3 as const };
  return sharp({ create: { ...canvas, background: '#888' } })
    .composite(rows.flat())
    .png()
    .toBuffer();
}

/** The picture fitted into a square, a frame around the part that was read. */
async function framed(source: string | Uint8Array, { box }: Picture): Promise<Buffer> {
  const file = await openPicture(source);
  const scale = SIDE / Math.max(file.width, file.height);
  const left = (SIDE - file.width * scale) / 2 + box.left * scale;
  const top = (SIDE - file.height * scale) / 2 + box.top * scale;
  const frame = `<svg width="${SIDE}" height="${SIDE}"><rect x="${left}" y="${top}" width="${(box.right - box.left) * scale}" height="${(box.bottom - box.top) * scale}" fill="none" stroke="#D55E00" stroke-width="3"/></svg>`;
  const fitted = await decoded(file, (image) =>
    image.resize(SIDE, SIDE, { fit: 'contain', background: '#888' }).flatten({ background: '#fff' }).png().toBuffer(),
  );
  const { default: sharp } = await import('sharp');
  return sharp(fitted)
    .composite([{ input: Buffer.from(frame) }])
    .png()
    .toBuffer();
}
