import sharp, { type Sharp } from 'sharp';

/** A seven with a bar, whose strokes run in every direction: in a square of 100 × 100. */
const SEVEN = 'M28 22 L72 20 Q56 50 48 82 M38 52 L68 50';

export interface Drawing {
  width?: number;
  height?: number;
  ink?: string;
  /** `none` leaves the ground transparent. */
  ground?: string;
  /** Width of the pen in hundredths of the character's square. */
  pen?: number;
  /** The square the character is drawn in: its upper left corner and side, in pixels. */
  at?: readonly [left: number, top: number, side: number];
  /** Path of the character in a square of 100 × 100. */
  path?: string;
  /** SVG behind the character, and over everything. */
  behind?: string;
  above?: string;
}

/** A drawing as a sharp pipeline, to be written in any format. */
export function draw(drawing: Drawing = {}): Sharp {
  const { width = 240, height = 240, ink = '#1c1c22', ground = '#f4f2ec', pen = 7, path = SEVEN } = drawing;
  const side = 0.8 * Math.min(width, height);
  const [left, top, square] = drawing.at ?? [(width - side) / 2, (height - side) / 2, side];
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      ${ground === 'none' ? '' : `<rect width="100%" height="100%" fill="${ground}"/>`}
      ${drawing.behind ?? ''}
      <g transform="translate(${left} ${top}) scale(${square / 100})">
        <path d="${path}" fill="none" stroke="${ink}" stroke-width="${pen}" stroke-linecap="round" stroke-linejoin="round"/>
      </g>
      ${drawing.above ?? ''}
    </svg>`),
  );
}

/** Lines of squared paper, a little askew. */
export function squares(size: number, colour: string, lineWidth: number): string {
  const lines = Array.from({ length: 30 }, (_, i) => (i - 8) * size);
  const all = lines.map((at) => `M${at} -900 V2400 M-900 ${at} H2400`).join(' ');
  return `<path d="${all}" transform="rotate(2)" stroke="${colour}" stroke-width="${lineWidth}"/>`;
}

/** A cover that lets less and less light through towards the right. */
export const fallingLight = `<defs><linearGradient id="light"><stop offset="0" stop-color="black" stop-opacity="0"/>
  <stop offset="1" stop-color="black" stop-opacity="0.6"/></linearGradient></defs>
  <rect width="100%" height="100%" fill="url(#light)"/>`;

/** The shadow of a hand, with a hard edge. */
export const hardShadow = `<path d="M0 3000 L60 0 H-3000 V3000 Z" fill="black" opacity="0.45"/>`;

/** The sensor's noise, the same every time. */
export async function noisy(image: Sharp, strength: number): Promise<Sharp> {
  const { data, info } = await image.flatten().raw().toBuffer({ resolveWithObject: true });
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < data.length; i++) {
    const noise = (random() + random() + random() - 1.5) * 2 * strength;
    data[i] = Math.max(0, Math.min(255, data[i]! + noise));
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

/** A BMP file as Windows programs write it: 24 bits, 32 bits with an empty alpha channel, or 8 bits with a palette. */
export async function bmp(image: Sharp, bits: 8 | 24 | 32, topDown = false): Promise<Buffer> {
  const { data, info } = await image.flatten().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const paletteBytes = bits === 8 ? 1024 : 0;
  const file = Buffer.alloc(54 + paletteBytes + rowBytes * height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54 + paletteBytes, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(topDown ? -height : height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(bits, 28);
  // The palette runs from light to dark, so that nobody can take its numbers for grey levels.
  for (let i = 0; i < paletteBytes / 4; i++) file.fill(255 - i, 54 + 4 * i, 54 + 4 * i + 3);
  for (let y = 0; y < height; y++) {
    const row = 54 + paletteBytes + (topDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) {
      const [r, g, b] = [0, 1, 2].map((c) => data[(y * width + x) * channels + c]!) as [number, number, number];
      if (bits === 8) file[row + x] = 255 - r;
      else file.set([b, g, r], row + (x * bits) / 8);
    }
  }
  return file;
}
