/**
 * Swaps rows and columns of every image.
 *
 * @param pixels [count, height, width]
 * @returns [count, width, height]
 */
export function transposeImages(pixels: Uint8Array, height: number, width: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  const size = height * width;
  for (let start = 0; start < pixels.length; start += size) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[start + x * height + y] = pixels[start + y * width + x]!;
    }
  }
  return turned;
}
