import type { Predictions } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { drawMistakes, evaluatePredictions } from '@glyphlab/evaluation';
import type { TrackedRun } from '@glyphlab/tracking';
import type { Callback, EpochEnd, TrainBegin } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';
import { splitImages } from './evaluation-report.ts';

const KEY = 'val/mistakes';
/** About square, as the place that MLflow has for an image, and drawn in a twentieth of a second. */
const [ROWS, COLUMNS] = [4, 6];
/** Validation images that the panel before training chooses from. */
const FIRST_IMAGES = 256;

/**
 * Shows how the mistakes on the validation split change: after some epochs those with the highest loss, as images that MLflow
 * shows with a slider over the epochs. They are drawn beside the next epoch, mostly on other threads;
 * only an epoch that is shorter than the drawing waits for it.
 */
export class MistakePanels implements Callback {
  readonly #run: TrackedRun;
  readonly #dataset: Dataset;
  readonly #epochs: number;
  readonly #most: number;
  #drawn = Promise.resolve();

  /** @param most after how many epochs at most, the planned last one among them; 0: never */
  constructor(run: TrackedRun, dataset: Dataset, epochs: number, most: number) {
    this.#run = run;
    this.#dataset = dataset;
    this.#epochs = epochs;
    this.#most = most;
  }

  /**
   * What the first weights do on a few images: MLflow's slider stands at step 0 at first, and would show nothing. Of a resumed run,
   * what was perhaps being drawn when it was cut off; a panel that is there already is left out.
   */
  async onTrainBegin({ epoch, validate }: TrainBegin): Promise<void> {
    if (this.#most === 0) return;
    if (epoch === 0) this.#draw(0, 'before training', await validate(FIRST_IMAGES));
    else if (isShown(epoch, this.#epochs, this.#most)) this.#draw(epoch, `after epoch ${epoch}`, await validate());
  }

  async onEpochEnd({ epoch, validation }: EpochEnd): Promise<void> {
    // Before this epoch's checkpoint: one panel at most can be lost to a kill, and that is the one a resumed run draws again.
    await this.#drawn;
    if (isShown(epoch, this.#epochs, this.#most)) this.#draw(epoch, `after epoch ${epoch}`, validation);
  }

  /** Waits for the last panel. */
  onTrainEnd(): Promise<void> {
    return this.#drawn;
  }

  /** @param predictions read before this returns */
  #draw(step: number, when: string, predictions: Predictions): void {
    const { val, imageShape } = this.#dataset;
    const draw = async (): Promise<void> => {
      const results = evaluatePredictions(predictions, { maxMistakes: ROWS * COLUMNS });
      const title = `Worst mistakes on validation ${when}`;
      const panel = drawMistakes(results, splitImages(val, imageShape), { title, columns: COLUMNS });
      const [png] = await Promise.all([panel, this.#drawn]);
      this.#run.logImage(KEY, step, png);
    };
    this.#drawn = draw().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.onMessage(`The mistakes ${when} could not be drawn: ${reason}`);
    });
  }
}

/** Whether an epoch is one of at most `most` that are evenly spread and end with the last. */
export const isShown = (epoch: number, epochs: number, most: number): boolean =>
  most > 0 && (epochs - epoch) % Math.ceil(epochs / most) === 0;
