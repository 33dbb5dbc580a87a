import type { Box } from './find/plane.ts';

/** An upright picture whose parts can be had in the sizes one asks for. Whoever has a decoder can make one. */
export interface PictureSource {
  /** For messages: a path, or undefined if there is none. */
  name: string | undefined;
  width: number;
  height: number;
  /** A part of the picture scaled to the given size: sRGB and alpha, four bytes a pixel. */
  scaled(part: Box, width: number, height: number): Promise<Uint8Array | Uint8ClampedArray>;
}
