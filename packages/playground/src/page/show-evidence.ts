import type { PageData } from '../page-data.ts';
import { context2d, element, make } from './element.ts';
import type { PageSamples } from './page-samples.ts';

const NEIGHBOURS = 8;

/** Shows the image as it goes into the network. */
export function showSeen({ imageShape: [height, width, channels] }: PageData, pixels: Uint8Array | undefined): void {
  element('evidence').hidden = !pixels;
  const canvas = element<HTMLCanvasElement>('seen');
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.ariaLabel = pixels ? `The image of ${width} by ${height} pixels that the network gets` : 'Nothing yet';
  const context = context2d(canvas);
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels?.[i * channels + Math.min(c, channels - 1)] ?? 0;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** Shows the images that the network sees most alike. */
export function showNeighbours(samples: PageSamples, features: Float32Array | undefined): void {
  const list = element('neighbours');
  element('alike').hidden = !features;
  if (!features) return;
  const nearest = samples.alike(features, NEIGHBOURS);
  const key = nearest.join();
  // Most strokes change nothing here.
  if (list.dataset['shown'] === key) return;
  list.dataset['shown'] = key;
  list.replaceChildren(
    ...nearest.map((sample) => {
      const picture = samples.thumbnail(sample);
      picture.ariaHidden = 'true';
      return make('li', {}, picture, make('span', {}, samples.className(sample)));
    }),
  );
}
