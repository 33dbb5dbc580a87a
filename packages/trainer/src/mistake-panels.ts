import type { Dataset } from '@glyphlab/data';
import { drawMistakes, evaluatePredictions } from '@glyphlab/evaluation';
import type { Run } from '@glyphlab/tracking';
import { terminal } from './terminal.ts';

const KEY = 'val/mistakes';
/** Three rows of the grid: readable in MLflow without a click, and drawn in a twentieth of a second. */
const IMAGES = 24;

/**
 * Shows how the mistakes on the validation split change: after some epochs those with the highest loss, as images that MLflow
 * shows with a slider over the epochs. They are drawn beside the next epoch, mostly on other threads.
 */
export class MistakePanels {
  readonly #run: Run;
  readonly #dataset: Dataset;
  readonly #epochs: number;
  readonly #most: number;
  #drawn = Promise.resolve();

  /** @param most how many panels at most, the planned last epoch's among them; 0: none */
  constructor(run: Run, dataset: Dataset, epochs: number, most: number) {
    this.#run = run;
    this.#dataset = dataset;
    this.#epochs = epochs;
    this.#most = most;
  }

  /** @param probabilities of the validation split, [val size, classes]; used before this returns */
  onEpochEnd(epoch: number, probabilities: Float32Array): void {
    if (!isShown(epoch, this.#epochs, this.#most)) return;
    const { val, imageShape, classNames } = this.#dataset;
    const draw = async (): Promise<void> => {
      const results = evaluatePredictions({ labels: val.labels, probabilities, classNames }, { maxMistakes: IMAGES });
      const title = `Worst mistakes on validation after epoch ${epoch}`;
      const panel = drawMistakes(results, { pixels: val.images, imageShape }, { title });
      const [png] = await Promise.all([panel, this.#drawn]);
      this.#run.logImage(KEY, epoch, png);
    };
    this.#drawn = draw().catch((error: unknown) => {
      terminal.onMessage(
        `The mistakes of epoch ${epoch} could not be drawn: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }

  /** Waits for the last panel. */
  drawn(): Promise<void> {
    return this.#drawn;
  }
}

/** Whether an epoch is one of at most `most` that are evenly spread and end with the last. */
export const isShown = (epoch: number, epochs: number, most: number): boolean =>
  most > 0 && (epochs - epoch) % Math.ceil(epochs / most) === 0;
