import { percent } from '@glyphlab/core';
import type { PageData } from '../page-data.ts';
import { element, make, context2d } from './element.ts';
import type { PageSamples } from './page-samples.ts';

/** Up to so many classes, all have a bar, in their own order; of more classes the likeliest have, in order of likelihood. */
const ALL_BARS = 12;
const LIKELIEST = 8;
/** Below this probability the network has not decided. */
const SURE = 0.6;
const WORTH_NAMING = 0.005;

const likelihood = (share: number): string => (share >= 0.9995 ? '100 %' : share < 0.0005 ? '0 %' : percent(share, 1));

interface Bar {
  row: HTMLLIElement;
  name: HTMLSpanElement;
  share: HTMLDataElement;
}

/** Shows probabilities: the best class large, bars, for many classes a map of all, and words for who listens. */
export class AnswerView {
  private readonly classNames: readonly string[];
  private readonly bars: Bar[];
  private readonly cells: HTMLSpanElement[];
  private spoken = 0;

  constructor({ classNames }: PageData) {
    this.classNames = classNames;
    const few = classNames.length <= ALL_BARS;
    this.bars = Array.from({ length: few ? classNames.length : LIKELIEST }, makeBar);
    element('bars').replaceChildren(...this.bars.map(({ row }) => row));
    element('bars').classList.toggle('words', isWords(classNames));
    this.cells = few || isWords(classNames) ? [] : classNames.map((name) => make('span', {}, name));
    element('map').replaceChildren(...this.cells);
    element('map').hidden = this.cells.length === 0;
    this.show(undefined);
  }

  /** @param probabilities one a class, 0–1; undefined if nothing was drawn */
  show(probabilities: Float32Array | undefined): void {
    const shares = probabilities ?? new Float32Array(this.classNames.length);
    const ranked = [...shares.keys()].sort((a, b) => shares[b]! - shares[a]!);
    const best = probabilities && ranked[0];
    const order = this.bars.length === this.classNames.length ? [...shares.keys()] : ranked;
    this.bars.forEach((bar, k) => {
      const klass = order[k]!;
      const text = probabilities || this.bars.length === this.classNames.length ? this.classNames[klass]! : '–';
      bar.name.textContent = text;
      bar.share.textContent = probabilities ? likelihood(shares[klass]!) : '';
      bar.share.value = String(shares[klass]!);
      bar.row.style.setProperty('--p', String(shares[klass]!));
      bar.row.classList.toggle('best', klass === best);
    });
    this.cells.forEach((cell, klass) => cell.style.setProperty('--p', String(shares[klass]!)));
    this.headline(shares, probabilities ? ranked : []);
  }

  private headline(shares: Float32Array, ranked: readonly number[]): void {
    const [best, second] = ranked;
    const sign = element('best');
    const name = best === undefined ? '?' : this.classNames[best]!;
    const sure = best !== undefined && shares[best]! >= SURE;
    sign.textContent = name;
    sign.classList.toggle('word', name.length > 2);
    sign.classList.toggle('unsure', !sure);
    element('share').textContent =
      best === undefined ? 'Waiting for ink' : `${likelihood(shares[best]!)}${sure ? '' : ' – not sure'}`;
    element('also').textContent =
      best === undefined
        ? 'The answer follows every stroke.'
        : second !== undefined && shares[second]! >= WORTH_NAMING
          ? `or ${this.classNames[second]!}, ${likelihood(shares[second]!)}`
          : 'nothing else comes near';
  }

  /** Says the answer to a screen reader, once the last of a row of changes has come. */
  speak(): void {
    clearTimeout(this.spoken);
    this.spoken = window.setTimeout(() => {
      const name = element('best').textContent;
      const words = [element('share').textContent, element('also').textContent];
      element('spoken').textContent = name === '?' ? 'Nothing drawn.' : [name, ...words].join(', ');
    }, 300);
  }
}

const isWords = (classNames: readonly string[]) => classNames.some((name) => name.length > 2);

function makeBar(): Bar {
  const name = make('span');
  const share = make('data');
  const bar = make('i');
  bar.ariaHidden = 'true';
  return { row: make('li', {}, name, bar, share), name, share };
}

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
