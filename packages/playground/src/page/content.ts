import type { Picture } from '@glyphlab/pictures';
import type { Stroke } from './strokes.ts';

/** What the drawing area shows. */
export type Content =
  | { kind: 'drawing'; strokes: readonly Stroke[] }
  | { kind: 'picture'; bitmap: ImageBitmap; picture: Picture }
  /** An image of the data set, by its number. */
  | { kind: 'sample'; sample: number };

export const NOTHING: Content = { kind: 'drawing', strokes: [] };

export const isEmpty = (content: Content): boolean => content.kind === 'drawing' && content.strokes.length === 0;

/** How many steps can be taken back. Pictures are large. */
const STEPS = 50;

/** What was shown before, so that every step can be undone, clearing too. */
export class History {
  private readonly steps: Content[] = [NOTHING];

  get current(): Content {
    return this.steps.at(-1)!;
  }

  get canUndo(): boolean {
    return this.steps.length > 1;
  }

  add(content: Content): void {
    this.steps.push(content);
    if (this.steps.length > STEPS) this.steps.shift();
  }

  undo(): void {
    if (this.canUndo) this.steps.pop();
  }
}
