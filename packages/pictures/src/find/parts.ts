import type { Box } from './plane.ts';

/** Ink that hangs together. */
export interface Part {
  /** Positions in the mask. */
  pixels: Int32Array;
  box: Box;
}

/** The connected parts of a mask, diagonal neighbours included, largest first. */
export function findParts(mask: Uint8Array, width: number, height: number): Part[] {
  const seen = new Uint8Array(mask.length);
  const stack = new Int32Array(mask.length);
  const parts: Part[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    const pixels: number[] = [];
    const box: Box = { left: width, top: height, right: 0, bottom: 0 };
    let size = 0;
    stack[size++] = start;
    seen[start] = 1;
    while (size > 0) {
      const at = stack[--size]!;
      const [x, y] = [at % width, Math.floor(at / width)];
      pixels.push(at);
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const i = ny * width + nx;
          if (!mask[i] || seen[i]) continue;
          seen[i] = 1;
          stack[size++] = i;
        }
      }
    }
    parts.push({ pixels: Int32Array.from(pixels), box });
  }
  return parts.sort((a, b) => b.pixels.length - a.pixels.length);
}
