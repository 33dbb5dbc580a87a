import { mostAlike, unitVector } from '../feature-vectors.ts';
import { FILES, type PageData, type SampleIndex } from '../page-data.ts';
import { context2d, make } from './element.ts';

/** Images of the data set: to try, and to compare with. */
export class PageSamples {
  readonly toTry: number;
  private readonly index: SampleIndex;
  private readonly page: PageData;
  private readonly sprite: ImageBitmap;
  private readonly features: Int8Array;

  private constructor(page: PageData, index: SampleIndex, sprite: ImageBitmap, features: Int8Array) {
    this.page = page;
    this.index = index;
    this.sprite = sprite;
    this.features = features;
    this.toTry = index.toTry;
  }

  static async load(page: PageData, index: SampleIndex, folder: string): Promise<PageSamples> {
    const [sprite, features] = await Promise.all([
      fetch(folder + FILES.sprite).then(async (response) =>
        createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' }),
      ),
      fetch(folder + FILES.features).then((response) => response.arrayBuffer()),
    ]);
    return new PageSamples(page, index, sprite, new Int8Array(features));
  }

  className(sample: number): string {
    return this.page.classNames[this.index.labels[sample]!]!;
  }

  /** Images whose features lie closest, best first: their numbers. */
  alike(features: ArrayLike<number>, count: number): number[] {
    const vector = unitVector(features, this.index.dimensions);
    return mostAlike(this.features, vector, count).map((row) => this.toTry + row);
  }

  /** The image's values as the network takes them: [height, width, channels], 0–255. */
  pixels(sample: number): Uint8Array {
    const channels = this.page.imageShape[2];
    const { data } = context2d(this.thumbnail(sample)).getImageData(0, 0, this.width, this.height);
    return Uint8Array.from(
      { length: this.width * this.height * channels },
      (_, i) => data[Math.floor(i / channels) * 4 + (i % channels)]!,
    );
  }

  thumbnail(sample: number): HTMLCanvasElement {
    const canvas = make('canvas', { width: this.width, height: this.height });
    this.paint(context2d(canvas), sample, this.width, this.height);
    return canvas;
  }

  paint(context: CanvasRenderingContext2D, sample: number, width: number, height = width): void {
    const { columns } = this.index;
    const [left, top] = [(sample % columns) * this.width, Math.floor(sample / columns) * this.height];
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sprite, left, top, this.width, this.height, 0, 0, width, height);
  }

  private get width(): number {
    return this.page.imageShape[1];
  }

  private get height(): number {
    return this.page.imageShape[0];
  }
}
