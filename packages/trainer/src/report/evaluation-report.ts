import type { ImageShape } from '@glyphlab/core';
import { pixelsOf, type Split } from '@glyphlab/data';
import * as draw from '@glyphlab/evaluation';
import { terminal } from '../project/terminal.ts';

/** Figures by their names, each drawn when it is asked for. */
export type Figures = Readonly<Record<string, () => Promise<Uint8Array>>>;

/** The images of a split, as figures ask for them. */
export const splitImages = (split: Split, imageShape: ImageShape) => ({
  pixelsOf: (rows: readonly number[]) => pixelsOf(split, rows),
  imageShape,
});

/** The figures of an evaluation. @param split what was evaluated */
export function evaluationFigures(evaluation: draw.Evaluation, split: Split, imageShape: ImageShape): Figures {
  return {
    confusion_matrix: () => draw.drawConfusionMatrix(evaluation),
    per_class: () => draw.drawClassMetrics(evaluation),
    reliability: () => draw.drawReliability(evaluation),
    mistakes: () => draw.drawMistakes(evaluation, splitImages(split, imageShape)),
  };
}

/** Precision, recall and F1 of each class, as MLflow shows tables. */
export const perClassTable = ({ perClass }: draw.Evaluation) => ({
  columns: ['class', 'precision', 'recall', 'f1', 'support'],
  data: perClass.map(({ name, precision, recall, f1, support }) => [name, precision, recall, f1, support]),
});

/** Draws figure after figure. One that cannot be drawn is said, and costs only itself. */
export async function drawEach(
  figures: Figures,
  write: (png: Uint8Array, name: string) => void | Promise<void>,
): Promise<void> {
  const names = Object.keys(figures);
  for (const [k, name] of names.entries()) {
    terminal.onProgress({ label: 'Drawing figures', done: k, total: names.length });
    try {
      await write(await figures[name]!(), name);
    } catch (error) {
      terminal.onMessage(
        `The figure ${name} could not be drawn: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
